namespace Clew.Server.Health;

/// <summary>One thing that must be right for the server to take data and answer questions.</summary>
public interface IReadinessCheck
{
    /// <summary>For example <c>disk</c>.</summary>
    string Name { get; }

    /// <summary>Null when it is right; otherwise what is wrong.</summary>
    string? Problem();
}
