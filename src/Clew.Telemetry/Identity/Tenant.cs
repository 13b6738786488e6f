namespace Clew.Telemetry;

/// <summary>Whose data it is. Every row carries it; the default tenant's name is empty.</summary>
public readonly record struct Tenant(string Name)
{
    public static readonly Tenant Default = new(string.Empty);

    public override string ToString() => Name;
}
