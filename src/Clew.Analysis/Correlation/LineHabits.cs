namespace Clew.Analysis.Correlation;

/// <summary>
/// Which kind of line usually comes right after which, and which ones usually begin something, learnt from records in the order of time whatever
/// request they belong to. Where few requests run at the same moment, what follows within a few lines is of the same request more often than not.
/// </summary>
public sealed class LineHabits
{
    /// <summary>How many lines back a predecessor is looked for: lines of another request may stand between.</summary>
    private const int LinesBack = 3;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Before, int After), int> _pairs = [];
    private readonly List<int> _seen = [];
    private readonly List<int> _first = [];

    private LineHabits()
    {
    }

    /// <summary>Kinds of lines that were seen.</summary>
    public int Count => _numbers.Count;

    /// <param name="shapes">Time in nanoseconds and <see cref="LogLine.Shape"/> of each record, in the order of time.</param>
    /// <param name="silence">A longer pause separates.</param>
    public static LineHabits Learn(IReadOnlyList<(long Time, string Shape)> shapes, TimeSpan silence)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        var habits = new LineHabits();
        var gap = silence.Ticks * 100;
        var numbers = new int[shapes.Count];
        Span<int> before = stackalloc int[LinesBack];
        for (var i = 0; i < shapes.Count; i++)
        {
            var number = numbers[i] = habits.Number(shapes[i].Shape);
            habits._seen[number]++;
            if (i == 0 || shapes[i].Time - shapes[i - 1].Time > gap)
            {
                habits._first[number]++;
                continue;
            }

            var count = 0;
            for (var j = i - 1; j >= 0 && j >= i - LinesBack && shapes[j + 1].Time - shapes[j].Time <= gap; j--)
            {
                if (!before[..count].Contains(numbers[j]))
                {
                    before[count++] = numbers[j];
                    var pair = (numbers[j], number);
                    habits._pairs[pair] = habits._pairs.GetValueOrDefault(pair) + 1;
                }
            }
        }

        return habits;
    }

    /// <summary>The number of a kind of line; -1 for one that was never seen.</summary>
    public int Find(string shape) => _numbers.GetValueOrDefault(shape, -1);

    /// <summary>In which share of its occurrences <paramref name="after"/> had <paramref name="before"/> close in front of it; 0 to 1.</summary>
    public double Follows(int before, int after) => after < 0 || before < 0 ? 0 : (double)_pairs.GetValueOrDefault((before, after)) / _seen[after];

    /// <summary>In which share of its occurrences it came after silence; 0 to 1.</summary>
    public double Begins(int kind) => kind < 0 ? 0 : (double)_first[kind] / _seen[kind];

    private int Number(string shape)
    {
        if (!_numbers.TryGetValue(shape, out var number))
        {
            _numbers.Add(shape, number = _seen.Count);
            _seen.Add(0);
            _first.Add(0);
        }

        return number;
    }
}
