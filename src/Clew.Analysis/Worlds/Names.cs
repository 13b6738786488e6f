using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>Gives services, instances and operations their numbers, in order of appearance.</summary>
internal sealed class Names
{
    private const string OtherOperation = "(other)";

    private readonly Dictionary<string, int> _services = [];
    private readonly Dictionary<(int Service, string Name), int> _instances = [];
    private readonly Dictionary<WorldOperation, int> _operations = [];
    private readonly Dictionary<int, int> _operationCounts = [];

    public List<string> Services { get; } = [];

    public List<WorldInstance> Instances { get; } = [];

    public List<WorldOperation> Operations { get; } = [];

    public int Service(string name)
    {
        if (!_services.TryGetValue(name, out var number))
        {
            _services[name] = number = Services.Count;
            Services.Add(name);
        }

        return number;
    }

    public int Operation(int service, string name, SpanKind kind)
    {
        var operation = new WorldOperation(service, name, kind);
        if (_operations.TryGetValue(operation, out var number))
        {
            return number;
        }

        if (_operationCounts.GetValueOrDefault(service) >= Limits.MaxOperationsPerService)
        {
            operation = operation with { Name = OtherOperation };
            if (_operations.TryGetValue(operation, out number))
            {
                return number;
            }
        }

        _operationCounts[service] = _operationCounts.GetValueOrDefault(service) + 1;
        _operations[operation] = number = Operations.Count;
        Operations.Add(operation);
        return number;
    }

    /// <summary>The instance a resource describes; its service's own name stands in when the resource names no instance.</summary>
    public int Instance(int service, ResourceView resource)
    {
        var attributes = resource.Attributes;
        string? id = null, pod = null, host = null, node = null, version = null;
        foreach (var attribute in attributes)
        {
            switch (attribute.Key)
            {
                case "service.instance.id":
                    id = attribute.Value.Text;
                    break;
                case "k8s.pod.name":
                    pod = attribute.Value.Text;
                    break;
                case "host.name":
                    host = attribute.Value.Text;
                    break;
                case "k8s.node.name":
                    node = attribute.Value.Text;
                    break;
                case "service.version":
                    version = attribute.Value.Text;
                    break;
            }
        }

        // A pod's name says more to a person than the random id SDKs make up.
        var name = pod ?? id ?? host ?? string.Empty;
        if (!_instances.TryGetValue((service, name), out var number))
        {
            _instances[(service, name)] = number = Instances.Count;
            Instances.Add(new WorldInstance(service, name, node ?? host ?? string.Empty, version ?? string.Empty));
        }

        return number;
    }
}
