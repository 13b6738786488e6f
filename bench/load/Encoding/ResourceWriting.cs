using Clew.Load.Model;

namespace Clew.Load.Encoding;

/// <summary><c>Resource</c> and <c>InstrumentationScope</c> of a pod, the same in all signals.</summary>
internal static class ResourceWriting
{
    /// <summary>A pod's resource with the attributes that the SDK's detectors and the Collector's k8sattributes processor give it.</summary>
    public static void Resource(this TemplateWriter writer, int field, int serviceIndex, int pod)
    {
        var service = Catalogue.Services[serviceIndex];
        var identity = SeededRandom.Mix((ulong)((serviceIndex * 1_000) + pod));
        var replicaSet = $"{service.Name}-{SeededRandom.Mix((ulong)serviceIndex) & 0xFFFFFFFFF:x9}";
        var node = $"ip-10-4-{16 + (identity % 4)}-{10 + (identity / 4 % 6)}.eu-central-1.compute.internal";
        writer.Begin(field);
        writer.Attribute(1, "service.name", service.Name);
        writer.Attribute(1, "service.namespace", "shop");
        writer.Attribute(1, "service.version", service.Version);
        writer.Attribute(1, "service.instance.id", $"{identity >> 32:x8}-{(identity >> 16) & 0xFFFF:x4}-4{identity & 0xFFF:x3}-a{serviceIndex:x3}-{pod:x12}");
        writer.Attribute(1, "deployment.environment.name", "production");
        writer.Attribute(1, "telemetry.sdk.name", "opentelemetry");
        writer.Attribute(1, "telemetry.sdk.language", service.Runtime.Language);
        writer.Attribute(1, "telemetry.sdk.version", service.Runtime.SdkVersion);
        writer.Attribute(1, "process.runtime.name", service.Runtime.RuntimeName);
        writer.Attribute(1, "process.runtime.version", service.Runtime.RuntimeVersion);
        writer.Attribute(1, "process.pid", 1L);
        writer.Attribute(1, "host.name", node);
        writer.Attribute(1, "cloud.region", "eu-central-1");
        writer.Attribute(1, "k8s.cluster.name", "shop-prod");
        writer.Attribute(1, "k8s.namespace.name", "shop");
        writer.Attribute(1, "k8s.node.name", node);
        writer.Attribute(1, "k8s.deployment.name", service.Name);
        writer.Attribute(1, "k8s.pod.name", $"{replicaSet}-{Letters(identity)}");
        writer.Attribute(1, "k8s.container.name", "app");
        writer.End();
    }

    public static void Scope(this TemplateWriter writer, int field, string name, string version)
    {
        writer.Begin(field);
        writer.Text(1, name);
        writer.Text(2, version);
        writer.End();
    }

    private static string Letters(ulong identity)
    {
        const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
        return string.Create(5, identity, static (target, bits) =>
        {
            foreach (ref var letter in target)
            {
                letter = Alphabet[(int)(bits % (ulong)Alphabet.Length)];
                bits /= (ulong)Alphabet.Length;
            }
        });
    }
}
