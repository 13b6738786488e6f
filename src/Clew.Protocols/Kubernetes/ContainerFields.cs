using System.Text.Json;
using Clew.Protocols.Values;

namespace Clew.Protocols.Kubernetes;

/// <summary>
/// Containers of a pod or of a pod template. Of environment variables only names are kept, of configuration and secrets only which ones are
/// used; commands and arguments are not kept at all, because people put passwords into them.
/// </summary>
internal static class ContainerFields
{
    private static readonly string[] Resources = ["cpu", "memory", "ephemeral-storage"];
    private static readonly (string List, string Prefix)[] Lists = [("containers", "container"), ("initContainers", "init_container")];
    private static readonly (string List, string Prefix)[] StatusLists = [("containerStatuses", "container"), ("initContainerStatuses", "init_container")];

    /// <summary>Images, requests, limits, names of environment variables; the config maps and secrets that the pod uses.</summary>
    public static void ReadSpec(JsonElement podSpec, ObjectFields fields)
    {
        var configMaps = new List<string>();
        var secrets = new List<string>();
        foreach (var (list, prefix) in Lists)
        {
            foreach (var container in podSpec.At(list).Items())
            {
                var name = $"{prefix}.{container.TextAt("name")}";
                fields.Set($"{name}.image", container.At("image"));
                foreach (var resource in Resources)
                {
                    fields.Set($"{name}.request.{resource}", container.At("resources", "requests").At(resource));
                    fields.Set($"{name}.limit.{resource}", container.At("resources", "limits").At(resource));
                }

                ReadEnvironment(container, name, fields, configMaps, secrets);
                fields.SetJson($"{name}.liveness_probe", Timing(container.At("livenessProbe")));
                fields.SetJson($"{name}.readiness_probe", Timing(container.At("readinessProbe")));
            }
        }

        ReadVolumes(podSpec, configMaps, secrets);
        fields.SetNames("config_maps", configMaps);
        fields.SetNames("secrets", secrets);
        fields.Set("service_account", podSpec.At("serviceAccountName"));
        fields.Set("priority_class", podSpec.At("priorityClassName"));
        fields.Set("host_network", podSpec.At("hostNetwork"));
    }

    /// <summary>What became of the containers: state and reason, restarts, the last termination.</summary>
    public static void ReadStatus(JsonElement status, ObjectFields fields)
    {
        foreach (var (list, prefix) in StatusLists)
        {
            foreach (var container in status.At(list).Items())
            {
                var name = $"{prefix}.{container.TextAt("name")}";
                fields.Set($"{name}.ready", container.At("ready"));
                fields.Set($"{name}.restarts", container.At("restartCount"));
                fields.Set($"{name}.image_id", container.At("imageID"));
                ReadState(container.At("state"), name, fields);
                var last = container.At("lastState", "terminated");
                fields.Set($"{name}.last.reason", last.At("reason"));
                fields.Set($"{name}.last.exit_code", last.At("exitCode"));
                fields.Set($"{name}.last.signal", last.At("signal"));
                fields.Set($"{name}.last.message", last.At("message"));
                fields.Set($"{name}.last.finished", last.At("finishedAt"));
            }
        }
    }

    private static void ReadState(JsonElement state, string name, ObjectFields fields)
    {
        foreach (var member in state.Members())
        {
            fields.Set($"{name}.state", member.Name);
            fields.Set($"{name}.reason", member.Value.At("reason"));
            fields.Set($"{name}.message", member.Value.At("message"));
            fields.Set($"{name}.exit_code", member.Value.At("exitCode"));
            fields.Set($"{name}.started", member.Value.At("startedAt"));
            fields.Set($"{name}.finished", member.Value.At("finishedAt"));
        }
    }

    private static void ReadEnvironment(JsonElement container, string name, ObjectFields fields, List<string> configMaps, List<string> secrets)
    {
        fields.SetNames($"{name}.env", container.At("env").Items().Select(variable => variable.TextAt("name")));
        foreach (var variable in container.At("env").Items())
        {
            configMaps.Add(variable.At("valueFrom", "configMapKeyRef").TextAt("name"));
            secrets.Add(variable.At("valueFrom", "secretKeyRef").TextAt("name"));
        }

        foreach (var source in container.At("envFrom").Items())
        {
            configMaps.Add(source.At("configMapRef").TextAt("name"));
            secrets.Add(source.At("secretRef").TextAt("name"));
        }
    }

    private static void ReadVolumes(JsonElement podSpec, List<string> configMaps, List<string> secrets)
    {
        foreach (var volume in podSpec.At("volumes").Items())
        {
            configMaps.Add(volume.At("configMap").TextAt("name"));
            secrets.Add(volume.At("secret").TextAt("secretName"));
            foreach (var source in volume.At("projected", "sources").Items())
            {
                configMaps.Add(source.At("configMap").TextAt("name"));
                secrets.Add(source.At("secret").TextAt("name"));
            }
        }
    }

    /// <summary>The numbers of a probe without what it runs: a command or a header may hold a secret.</summary>
    private static JsonElement Timing(JsonElement probe)
    {
        if (probe.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in probe.Members().Where(member => member.Value.ValueKind == JsonValueKind.Number))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        using var timing = JsonDocument.Parse(buffer.WrittenMemory);
        return timing.RootElement.Clone();
    }
}
