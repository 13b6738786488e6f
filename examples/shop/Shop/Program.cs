using Shop;
using Shop.Load;
using Shop.Services;

if (args is ["load", .. var options])
{
    return await LoadGenerator.RunAsync(options);
}

if (args is ["attack", .. var attack])
{
    return await Attack.RunAsync(attack);
}

var services = new Dictionary<string, Func<Workload, Task<int>>>
{
    ["gateway"] = w => ServiceHost.RunAsync(w, Gateway.AddServices, Gateway.Map),
    ["orders"] = w => ServiceHost.RunAsync(w, Orders.AddServices, Orders.Map),
    ["payments"] = w => ServiceHost.RunAsync(w, Payments.AddServices, Payments.Map),
    ["inventory"] = w => ServiceHost.RunAsync(w, Inventory.AddServices, Inventory.Map),
    ["auth"] = w => ServiceHost.RunAsync(w, Auth.AddServices, Auth.Map),
    ["notifications"] = w => ServiceHost.RunAsync(w, Notifications.AddServices, Notifications.Map),
    ["payment-api"] = w => ServiceHost.RunAsync(w, PaymentApi.AddServices, PaymentApi.Map),
    ["stock-db"] = w => ServiceHost.RunAsync(w, StockDatabase.AddServices, StockDatabase.Map),
    ["dns"] = w => ServiceHost.RunAsync(w, DnsService.AddServices, DnsService.Map),
};

if (args is not [var name] || !services.TryGetValue(name, out var run))
{
    await Console.Error.WriteLineAsync($"usage: shop ({string.Join('|', services.Keys)}) | shop load [--checkouts N] [--browsing N] [--users N] [--seed N] | shop attack (passwords|injection|scan) [--rate N]");
    return 2;
}

return await run(Workload.Deployed(name));
