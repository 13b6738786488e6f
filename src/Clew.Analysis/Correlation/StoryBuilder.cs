using System.Globalization;

namespace Clew.Analysis.Correlation;

/// <summary>
/// Reconstructs a request from log records.
/// </summary>
/// <remarks>
/// <code>
///  1 start    records with a key that was asked for; or the one nearest to the moment, by its most precise key
///  2 follow   trace and request ids found in found records; ids of entities only close in time and only while they are rare;
///             sessions, users and addresses never, unless they were asked for: they lead to everything somebody did
///  3 join     records without a precise key, by the order in which such lines usually come (<see cref="LineHabits"/>)
///  4 tell     per line how sure and why, services, pauses
/// </code>
/// A record whose trace or request id is another one than the story's never joins it.
/// </remarks>
public sealed class StoryBuilder
{
    private static readonly TimeSpan GapLength = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<LogLine> _lines;
    private readonly LineHabits _habits;
    private readonly CorrelationLimits _limits;
    private readonly Dictionary<CorrelationKey, List<int>> _byKey = [];

    /// <param name="lines">In the order of time.</param>
    public StoryBuilder(IReadOnlyList<LogLine> lines, LineHabits habits, CorrelationLimits limits)
    {
        ArgumentNullException.ThrowIfNull(lines);
        _lines = lines;
        _habits = habits;
        _limits = limits;
        foreach (var (i, line) in lines.Index())
        {
            foreach (var key in line.Keys)
            {
                if (!_byKey.TryGetValue(key, out var list))
                {
                    _byKey.Add(key, list = []);
                }

                list.Add(i);
            }
        }
    }

    /// <summary>Keys of lines that carry a start key and that are worth asking the store for, because they name one request.</summary>
    public static IReadOnlyList<CorrelationKey> KeysToAskFor(IReadOnlyList<LogLine> lines, IReadOnlyCollection<CorrelationKey> known, CorrelationLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return
        [
            .. lines.Where(line => line.Keys.Any(known.Contains))
                .SelectMany(line => line.Keys)
                .Where(key => key.Kind is KeyKind.Trace or KeyKind.Request && !known.Contains(key))
                .GroupBy(key => key).OrderByDescending(group => group.Count()).Select(group => group.Key)
                .Take(limits.FollowedKeys),
        ];
    }

    public RequestStory Build(StoryQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var state = new State(_lines.Count);

        // 1
        var seed = question.Moment is { } moment ? Nearest(question, moment) : -1;
        if (question.Keys.Count > 0)
        {
            foreach (var key in question.Keys)
            {
                Follow(state, key, "asked for", 1);
                state.MarkStart();
            }
        }
        else if (seed >= 0)
        {
            var key = MostPrecise(_lines[seed]);
            state.Add(seed, 1, "nearest to the moment that was asked for");
            if (key is { } precise)
            {
                Follow(state, precise, "of the record nearest to the moment", 1);
            }

            state.MarkStart();
        }

        // 2
        for (var round = 0; round < _limits.Rounds && FollowFound(state); round++)
        {
        }

        // 3
        JoinByHabit(state);

        // 4
        return Tell(state);
    }

    private static double Precision(KeyKind kind) => kind switch
    {
        KeyKind.Trace => 1,
        KeyKind.Request => 0.95,
        KeyKind.Entity => 0.75,
        KeyKind.Session => 0.65,
        KeyKind.User => 0.5,
        _ => 0.4,
    };

    private static CorrelationKey? MostPrecise(LogLine line)
    {
        var keys = line.Keys.Where(key => key.Kind is KeyKind.Trace or KeyKind.Request).ToArray();
        return keys.Length == 0 ? null : keys.MinBy(key => key.Kind);
    }

    private int Nearest(StoryQuestion question, long moment)
    {
        var best = -1;
        for (var i = 0; i < _lines.Count; i++)
        {
            var line = _lines[i];
            if ((question.Service.Length == 0 || line.Service == question.Service) && Distance(i) <= question.Within.Ticks * 100 && (best < 0 || Distance(i) < Distance(best)))
            {
                best = i;
            }
        }

        return best;

        long Distance(int i) => Math.Abs(_lines[i].Time - moment);
    }

    private void Follow(State state, CorrelationKey key, string why, double certainty)
    {
        if (!state.Followed.TryAdd(key, why))
        {
            return;
        }

        foreach (var i in _byKey.GetValueOrDefault(key) ?? [])
        {
            state.Add(i, certainty * Precision(key.Kind), $"has the {key}");
        }
    }

    /// <returns>Whether anything new was followed.</returns>
    private bool FollowFound(State state)
    {
        var followed = false;
        foreach (var i in state.Members)
        {
            foreach (var key in _lines[i].Keys)
            {
                if (state.Followed.ContainsKey(key) || state.Followed.Count > _limits.FollowedKeys)
                {
                    continue;
                }

                if (key.Kind is KeyKind.Trace or KeyKind.Request)
                {
                    if (state.Certainty(i) >= 0.9 || state.IsStart(i))
                    {
                        Follow(state, key, $"found in a record of {_lines[i].Service}", state.Certainty(i));
                        followed = true;
                    }
                }
                else if (key.Kind == KeyKind.Entity && IsRare(key))
                {
                    state.Followed.Add(key, $"found in a record of {_lines[i].Service}; followed for {_limits.EntitySpan.TotalSeconds:0} s");
                    FollowEntity(state, key, i);
                    followed = true;
                }
            }
        }

        return followed;
    }

    private bool IsRare(CorrelationKey key)
    {
        var lines = _byKey[key];
        var stretches = 1;
        for (var i = 1; i < lines.Count; i++)
        {
            stretches += _lines[lines[i]].Time - _lines[lines[i - 1]].Time > _limits.EntitySpan.Ticks * 100 ? 1 : 0;
        }

        return lines.Count <= _limits.LinesPerEntity && stretches <= _limits.StretchesPerEntity;
    }

    private void FollowEntity(State state, CorrelationKey key, int from)
    {
        foreach (var i in _byKey[key])
        {
            if (Math.Abs(_lines[i].Time - _lines[from].Time) <= _limits.EntitySpan.Ticks * 100 && !Contradicts(state, _lines[i]))
            {
                state.Add(i, state.Certainty(from) * Precision(KeyKind.Entity), $"has the {key} at about the same time");
            }
        }
    }

    private void JoinByHabit(State state)
    {
        if (!state.Any)
        {
            return;
        }

        var (threads, habits) = Threads.Of(_lines, _habits, _limits);
        var own = new Dictionary<int, double>();
        foreach (var i in state.Members)
        {
            own[threads[i]] = Math.Max(own.GetValueOrDefault(threads[i]), state.Certainty(i));
        }

        for (var i = 0; i < threads.Length; i++)
        {
            if (state.Certainty(i) == 0 && own.TryGetValue(threads[i], out var certainty) && !Contradicts(state, _lines[i]))
            {
                state.Add(
                    i,
                    certainty * (0.3 + (0.5 * Math.Min(1, habits[i]))),
                    string.Create(CultureInfo.InvariantCulture, $"no id; such a line follows its predecessors here in {habits[i] * 100:0} % of cases"));
            }
        }
    }

    /// <summary>Names one request, and another one.</summary>
    private static bool Contradicts(State state, LogLine line)
    {
        var contradicts = false;
        foreach (var key in line.Keys)
        {
            if (key.Kind is KeyKind.Trace or KeyKind.Request)
            {
                if (state.Followed.ContainsKey(key))
                {
                    return false;
                }

                contradicts |= state.Follows(key.Kind);
            }
        }

        return contradicts;
    }

    private RequestStory Tell(State state)
    {
        var members = state.Members.Order().ToArray();
        var lines = members.Select(i => new StoryLine(_lines[i], state.Certainty(i), state.Why(i))).ToArray();
        var gaps = new List<StoryGap>();
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Line.Time - lines[i - 1].Line.Time > GapLength.Ticks * 100)
            {
                gaps.Add(new StoryGap(lines[i - 1].Line.Time, lines[i].Line.Time, lines[i - 1].Line.Service, lines[i].Line.Service));
            }
        }

        var notFollowed = lines.SelectMany(line => line.Line.Keys).Where(key => !state.Followed.ContainsKey(key)).GroupBy(key => key)
            .Select(group => new FollowedKey(
                group.Key,
                group.Key.Kind == KeyKind.Entity ? "too many records have it" : group.Key.Kind is KeyKind.Trace or KeyKind.Request ? "found in a record that is not sure enough" : "names more than one request",
                _byKey[group.Key].Count))
            .OrderBy(key => key.Key.Kind).ThenBy(key => key.Key.Value, StringComparer.Ordinal);
        return new RequestStory
        {
            Lines = lines,
            Followed = [.. state.Followed.Select(key => new FollowedKey(key.Key, key.Value, _byKey.GetValueOrDefault(key.Key)?.Count ?? 0))],
            NotFollowed = [.. notFollowed.Take(_limits.FollowedKeys)],
            Services =
            [
                .. lines.GroupBy(line => line.Line.Service, StringComparer.Ordinal)
                    .Select(group => new StoryService(
                        group.Key, group.Count(), group.Count(line => line.Line.Severity >= 17), group.Min(line => line.Line.Time), group.Max(line => line.Line.Time)))
                    .OrderBy(service => service.First).ThenBy(service => service.Service, StringComparer.Ordinal),
            ],
            Gaps = gaps,
        };
    }

    private sealed class State(int lines)
    {
        private readonly double[] _certainty = new double[lines];
        private readonly string[] _why = new string[lines];
        private readonly List<int> _members = [];
        private readonly HashSet<int> _start = [];

        public Dictionary<CorrelationKey, string> Followed { get; } = [];

        /// <summary>As of now; may be added to while it is gone through.</summary>
        public IReadOnlyList<int> Members => [.. _members];

        public bool Any => _members.Count > 0;

        public bool Follows(KeyKind kind) => Followed.Keys.Any(key => key.Kind == kind);

        /// <summary>Whether the line was found by what was asked for itself.</summary>
        public bool IsStart(int line) => _start.Contains(line);

        public void MarkStart() => _start.UnionWith(_members);

        public double Certainty(int line) => _certainty[line];

        public string Why(int line) => _why[line];

        public void Add(int line, double certainty, string why)
        {
            if (_certainty[line] == 0)
            {
                _members.Add(line);
            }

            if (certainty > _certainty[line])
            {
                _certainty[line] = certainty;
                _why[line] = why;
            }
        }
    }
}
