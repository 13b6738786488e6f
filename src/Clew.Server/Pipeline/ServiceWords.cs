using Clew.Telemetry;

namespace Clew.Server.Pipeline;

/// <summary>
/// A byte per service and word of a batch's dictionary, for stages that ask something of each only once a batch. Keeps its memory for the next batch; not
/// safe for concurrent use.
/// </summary>
internal sealed class ServiceWords
{
    private readonly Column<int> _services = new();
    private byte[] _answers = [];
    private int[] _slots = [];
    private int _words;

    /// <summary>Services seen in this batch.</summary>
    public int Count => _services.Count;

    /// <param name="words">Words in the dictionary.</param>
    public ServiceWords Begin(int words)
    {
        foreach (var service in _services.Values)
        {
            _slots[service] = 0;
        }

        _services.Clear();
        _words = words;
        if (_slots.Length < words)
        {
            _slots = new int[Math.Max(words, _slots.Length * 2)];
        }

        return this;
    }

    /// <summary>The service's bytes, one a word, all 0 at first; valid until the next call.</summary>
    /// <param name="service">Its dictionary number.</param>
    public Span<byte> Answers(int service)
    {
        if (_slots[service] == 0)
        {
            _services.Add(service);
            _slots[service] = Count;
            if (_answers.Length < Count * _words)
            {
                Array.Resize(ref _answers, Math.Max(Count * _words, _answers.Length * 2));
            }

            AnswersAt(Count - 1).Clear();
        }

        return AnswersAt(_slots[service] - 1);
    }

    /// <summary>The place of a service that <see cref="Answers"/> was called with.</summary>
    public int SlotOf(int service) => _slots[service] - 1;

    public int ServiceAt(int slot) => _services[slot];

    public Span<byte> AnswersAt(int slot) => _answers.AsSpan(slot * _words, _words);
}
