using System.Collections;
using System.Globalization;

namespace Clew.Load.Sending;

/// <summary>
/// Which requests of a run were acknowledged. As a file: a first line with the run's parameters, then the number of one acknowledged
/// request per line, written as it happens, so that a run whose server was killed can be checked afterwards.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private readonly Lock _lock = new();
    private readonly StreamWriter? _file;
    private readonly BitArray _acknowledged;

    public Ledger(long requests, string? path, string header)
    {
        _acknowledged = new BitArray(checked((int)requests));
        if (path is null)
            return;
        _file = new StreamWriter(path) { AutoFlush = true };
        _file.WriteLine(header);
    }

    private Ledger(BitArray acknowledged) => _acknowledged = acknowledged;

    public int Requests => _acknowledged.Length;

    public bool this[long request] => request < _acknowledged.Length && _acknowledged[(int)request];

    /// <summary>A ledger in which every request is acknowledged.</summary>
    public static Ledger Complete(long requests) => new(new BitArray(checked((int)requests), true));

    /// <summary>Reads a ledger's lines after the header.</summary>
    public static Ledger Read(string path, long requests)
    {
        var acknowledged = new BitArray(checked((int)requests));
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var request) && request < acknowledged.Length)
                acknowledged[request] = true;
        }

        return new Ledger(acknowledged);
    }

    public void Acknowledge(long request)
    {
        lock (_lock)
        {
            _acknowledged[(int)request] = true;
            _file?.WriteLine(request);
        }
    }

    public void Dispose() => _file?.Dispose();
}
