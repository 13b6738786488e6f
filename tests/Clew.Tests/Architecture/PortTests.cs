using System.Reflection;

namespace Clew.Tests.Architecture;

/// <summary>Whoever implements or calls a port reads what it promises, not its implementation.</summary>
public sealed class PortTests
{
    public static TheoryData<Type> Ports() => new(All());

    [Theory]
    [MemberData(nameof(Ports))]
    public void A_port_says_what_it_promises(Type port)
    {
        var words = Docstrings.Of(port.Assembly);
        words.SummaryOf(port).ShouldNotBeNullOrWhiteSpace();
        port.GetMembers().Where(member => member is not MethodInfo { IsSpecialName: true } && !words.Has(member)).Select(member => member.Name).ShouldBeEmpty();
    }

    [Fact]
    public void The_ports_of_the_store_are_among_them() =>
        All().ShouldContain(typeof(Telemetry.ITelemetryWriter));

    private static Type[] All() => [.. Repository.ProductAssemblies.SelectMany(assembly => assembly.GetExportedTypes()).Where(type => type.IsInterface)];
}
