using Shop.Load;
using Shop.Services;

namespace Shop.Tests;

public sealed class ShopTests
{
    [Fact]
    public void The_same_seed_draws_the_same_customers()
    {
        var first = new LoadGenerator.SeededSequence(2539);
        var second = new LoadGenerator.SeededSequence(2539);
        var drawn = Enumerable.Range(0, 1000).Select(_ => first.Next(40)).ToList();
        drawn.ShouldBe(Enumerable.Range(0, 1000).Select(_ => second.Next(40)));
        drawn.ShouldAllBe(n => n >= 0 && n < 40);
        drawn.Distinct().Count().ShouldBe(40);
    }

    [Fact]
    public void A_token_is_good_for_its_hour_for_its_user_and_for_its_key()
    {
        var time = new SettableTime();
        var mint = new Auth.TokenMint(time);
        var token = mint.Issue("user_001");
        mint.Check(token, out _).ShouldBe("user_001");
        mint.Check(token.Replace("user_001", "user_002", StringComparison.Ordinal), out var forged).ShouldBeNull();
        forged.ShouldBe("bad signature");
        mint.Check("no token", out var malformed).ShouldBeNull();
        malformed.ShouldBe("malformed");
        time.Advance(TimeSpan.FromMinutes(61));
        mint.Check(token, out var late).ShouldBeNull();
        late.ShouldBe("expired");
        var fresh = mint.Issue("user_001");
        mint.RotateKey();
        mint.Check(fresh, out var rotated).ShouldBeNull();
        rotated.ShouldBe("bad signature");
    }

    [Fact]
    public void A_fault_takes_its_own_parameters_and_no_others()
    {
        var switched = 0;
        var faults = new Faults();
        var fault = faults.Add("slow", "slow answers", _ => switched++, ("ms", 500));
        fault.IsOn.ShouldBeFalse();
        fault["ms"].ShouldBe(500);
        fault.TryTurnOn([new("seconds", "1")]).ShouldBeFalse();
        fault.TryTurnOn([new("ms", "soon")]).ShouldBeFalse();
        fault.IsOn.ShouldBeFalse();
        switched.ShouldBe(0);
        fault.TryTurnOn([new("ms", "1.5")]).ShouldBeTrue();
        fault.IsOn.ShouldBeTrue();
        fault["ms"].ShouldBe(1.5);
        fault.TurnOff();
        fault.IsOn.ShouldBeFalse();
        fault["ms"].ShouldBe(500);
        switched.ShouldBe(2);
    }

    [Fact]
    public async Task The_warehouse_gives_out_what_it_has_and_takes_back_what_was_reserved()
    {
        using var warehouse = new Inventory.Warehouse(TimeProvider.System);
        var before = warehouse.Stock("sku-003")!.Available;
        (await warehouse.ReserveAsync(new("o1", "sku-003", 2), default))!.AmountCents.ShouldBe(2 * warehouse.Catalogue[3].PriceCents);
        warehouse.Stock("sku-003")!.Available.ShouldBe(before - 2);
        (await warehouse.ReleaseAsync("o1", default)).ShouldBeTrue();
        (await warehouse.ReleaseAsync("o1", default)).ShouldBeFalse();
        warehouse.Stock("sku-003")!.Available.ShouldBe(before);
        (await warehouse.ReserveAsync(new("o2", "sku-003", before + 1), default)).ShouldBeNull();
        (await warehouse.ReserveAsync(new("o3", "sku-999", 1), default)).ShouldBeNull();
        warehouse.Stock("other").ShouldBeNull();
    }

    [Fact]
    public async Task A_corrupt_stock_record_throws_and_the_others_do_not()
    {
        using var warehouse = new Inventory.Warehouse(TimeProvider.System);
        warehouse.Corrupt(share: 0.5);
        await Should.ThrowAsync<InvalidOperationException>(() => warehouse.ReserveAsync(new("o1", "sku-000", 1), default));
        (await warehouse.ReserveAsync(new("o2", "sku-039", 1), default)).ShouldNotBeNull();
        warehouse.Corrupt(share: 0);
        (await warehouse.ReserveAsync(new("o3", "sku-000", 1), default)).ShouldNotBeNull();
    }
}
