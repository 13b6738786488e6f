namespace Clew.Cli;

/// <summary>What the process answers to the shell.</summary>
public static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command was understood and could not be carried out, or found nothing where something was asked for by name.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong; nothing was tried.</summary>
    public const int Usage = 2;
}
