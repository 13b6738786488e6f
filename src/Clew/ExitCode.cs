namespace Clew.Cli;

/// <summary>What the process answers to the shell.</summary>
public static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command was understood and could not be carried out, or found nothing where something was asked for by name.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>The command came to its end, but not everything went in (<c>import</c>), no cause could be named (<c>investigate</c>), or
    /// something is wrong with the telemetry (<c>doctor</c>).</summary>
    public const int Partial = 3;

    /// <summary>Stopped by Ctrl-C: 128 plus the number of SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
