using System.Globalization;
using System.Net.Http.Headers;
using Clew.Protocols.Prometheus.Scraping;
using Clew.Server.Configuration;

namespace Clew.Server.Scraping;

/// <summary>
/// Reads the section <c>scrape</c>: <c>global</c> and <c>scrape_configs</c> as in a <c>prometheus.yml</c>. What Clew does not do is said to be unknown instead
/// of being passed over, for a target that is silently not found looks like one that is down.
/// </summary>
internal static class ScrapeSection
{
    private static readonly SettingValue<TimeSpan> Duration = new(
        "a duration such as 15s, 1m30s or 500ms",
        static (string text, out TimeSpan value) => TryReadDuration(text, out value),
        static value => value.ToString("c", CultureInfo.InvariantCulture));

    private static readonly SettingValue<string> Scheme = SettingValues.Choice(("http", Uri.UriSchemeHttp), ("https", Uri.UriSchemeHttps));
    private static readonly SettingValue<int> Count = SettingValues.Integer(0, int.MaxValue);

    private static readonly SettingValue<RelabelAction> Action = SettingValues.Choice<RelabelAction>(
        [.. Enum.GetValues<RelabelAction>().Select(action => (Word(action), action))]);

    private static readonly ScrapeJob Defaults = new() { Name = string.Empty };

    public static ScrapeOptions Read(YamlSection section)
    {
        var global = section.Section("global");
        var usual = global is null ? Defaults : ReadCommon(global, Defaults);
        global?.End();
        var jobs = section.Sections("scrape_configs").Select(job => ReadJob(job, usual)).ToList();
        section.End();
        foreach (var name in jobs.Select(job => job.Name).GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key))
        {
            section.Refuse("scrape_configs", $"two jobs are called {name}");
        }

        return new ScrapeOptions { Jobs = jobs };
    }

    /// <summary>What can be said for all jobs and for one.</summary>
    private static ScrapeJob ReadCommon(YamlSection section, ScrapeJob usual)
    {
        var interval = section.Value("scrape_interval", Duration, usual.Interval);

        // As in Prometheus: a timeout that was not chosen gives way to a shorter interval.
        var timeout = section.Has("scrape_timeout") ? section.Value("scrape_timeout", Duration, usual.Timeout) : usual.Timeout < interval ? usual.Timeout : interval;
        if (interval <= TimeSpan.Zero)
        {
            section.Refuse("scrape_interval", "must be longer than nothing");
            interval = usual.Interval;
        }
        else if (timeout > interval || timeout <= TimeSpan.Zero)
        {
            section.Refuse("scrape_timeout", "must be longer than nothing and not longer than scrape_interval");
            timeout = interval;
        }

        int Limit(string key, int usualLimit) => section.Value(key, Count, 0) is > 0 and var limit ? limit : usualLimit;
        var limits = usual.Limits with
        {
            Samples = Limit("sample_limit", usual.Limits.Samples),
            Labels = Limit("label_limit", usual.Limits.Labels),
            LabelNameBytes = Limit("label_name_length_limit", usual.Limits.LabelNameBytes),
            LabelValueBytes = Limit("label_value_length_limit", usual.Limits.LabelValueBytes),
            BodyBytes = section.Value("body_size_limit", SettingValues.Size(0, 1 << 30), 0) is > 0 and var bytes ? bytes : usual.Limits.BodyBytes,
        };
        return usual with { Interval = interval, Timeout = timeout, Limits = limits };
    }

    private static ScrapeJob ReadJob(YamlSection section, ScrapeJob usual)
    {
        var name = section.Text("job_name");
        if (string.IsNullOrEmpty(name))
        {
            section.Refuse("job_name", "is missing");
        }

        var path = section.Text("metrics_path") ?? Defaults.MetricsPath;
        var job = ReadCommon(section, usual) with
        {
            Name = name ?? string.Empty,
            MetricsPath = path.StartsWith('/') ? path : "/" + path,
            Scheme = section.Value("scheme", Scheme, Defaults.Scheme),
            Parameters = ReadParameters(section),
            Credentials = ReadCredentials(section),
            SkipVerification = ReadVerification(section),
            FollowRedirects = section.Value("follow_redirects", SettingValues.Bool, true),
            HonorLabels = section.Value("honor_labels", SettingValues.Bool, false),
            HonorTimestamps = section.Value("honor_timestamps", SettingValues.Bool, true),
            StaticTargets = [.. section.Sections("static_configs").Select(ReadGroup)],
            Files = [.. section.Sections("file_sd_configs").Select(ReadFiles)],
            Relabeling = ReadRules(section, "relabel_configs"),
            MetricRelabeling = ReadRules(section, "metric_relabel_configs"),
        };
        section.End();
        return job;
    }

    private static List<(string Name, IReadOnlyList<string> Values)> ReadParameters(YamlSection job)
    {
        var parameters = new List<(string, IReadOnlyList<string>)>();
        if (job.Section("params") is { } section)
        {
            foreach (var name in section.Keys)
            {
                parameters.Add((name, section.Texts(name)));
            }
        }

        return parameters;
    }

    private static bool ReadVerification(YamlSection job)
    {
        if (job.Section("tls_config") is not { } section)
        {
            return false;
        }

        var skips = section.Value("insecure_skip_verify", SettingValues.Bool, false);
        section.End();
        return skips;
    }

    private static ScrapeCredentials? ReadCredentials(YamlSection job)
    {
        if (job.Has("basic_auth") && job.Has("authorization"))
        {
            job.Refuse("authorization", "stands beside basic_auth; one of them is enough");
        }

        if (job.Section("basic_auth") is { } basic)
        {
            var credentials = new ScrapeCredentials("Basic", basic.Text("username") ?? string.Empty, basic.Text("password"), PathOf(basic, "password_file"));
            basic.End();
            return credentials;
        }

        if (job.Section("authorization") is { } authorization)
        {
            var scheme = authorization.Text("type") ?? "Bearer";
            var credentials = new ScrapeCredentials(scheme, string.Empty, authorization.Text("credentials"), PathOf(authorization, "credentials_file"));
            if (!AuthenticationHeaderValue.TryParse(scheme, out _))
            {
                authorization.Refuse("type", "expected a word such as Bearer");
            }

            authorization.End();
            return credentials;
        }

        return null;
    }

    private static TargetGroup ReadGroup(YamlSection section)
    {
        var group = new TargetGroup(section.Texts("targets"), section.Pairs("labels"), string.Empty);
        foreach (var target in group.Targets.Where(target => !IsTarget(target)))
        {
            section.Refuse("targets", $"expected a host and port such as localhost:9100, not \"{target}\"");
        }

        section.End();
        return group;
    }

    private static FileDiscovery ReadFiles(YamlSection section)
    {
        var files = section.Texts("files").Select(file => FromFile(section, file)).ToList();
        if (files.Count == 0)
        {
            section.Refuse("files", "is missing");
        }

        var refresh = section.Value("refresh_interval", Duration, TimeSpan.FromMinutes(5));
        section.End();
        return new FileDiscovery(files, refresh > TimeSpan.Zero ? refresh : TimeSpan.FromMinutes(5));
    }

    private static List<RelabelRule> ReadRules(YamlSection job, string key)
    {
        var rules = new List<RelabelRule>();
        foreach (var section in job.Sections(key))
        {
            var rule = new RelabelRule
            {
                Action = section.Value("action", Action, RelabelAction.Replace),
                SourceLabels = section.Texts("source_labels"),
                Separator = section.Text("separator") ?? ";",
                TargetLabel = section.Text("target_label") ?? string.Empty,
                Replacement = section.Keys.Contains("replacement") ? section.Text("replacement") ?? string.Empty : "$1",
                Modulus = (ulong)section.Value("modulus", Count, 0),
            };
            var pattern = section.Text("regex") ?? "(.*)";
            if (RelabelRule.IsPattern(pattern))
            {
                rule = rule with { Regex = pattern };
            }
            else
            {
                section.Refuse("regex", $"\"{pattern}\" is no regular expression of the kind Prometheus takes");
            }

            if (rule.TargetLabel.Length == 0 && rule.Action is RelabelAction.Replace or RelabelAction.HashMod or RelabelAction.Lowercase or RelabelAction.Uppercase or RelabelAction.KeepEqual or RelabelAction.DropEqual)
            {
                section.Refuse("target_label", $"is missing, which {Word(rule.Action)} needs");
            }

            if (rule is { Action: RelabelAction.HashMod, Modulus: 0 })
            {
                section.Refuse("modulus", "is missing, which hashmod needs");
            }

            section.End();
            rules.Add(rule);
        }

        return rules;
    }

    /// <summary>A target is a host with a port, or what rules make one of: no scheme, no path, no blanks.</summary>
    private static bool IsTarget(string target) => target.Length > 0 && target.AsSpan().IndexOfAny('/', ' ', '?') < 0;

    private static string? PathOf(YamlSection section, string key) => section.Text(key) is { Length: > 0 } path ? FromFile(section, path) : null;

    /// <summary>Paths are relative to the configuration file, as in Prometheus.</summary>
    private static string FromFile(YamlSection section, string path) => Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(section.File))!);

    private static string Word(RelabelAction action) => action switch
    {
        RelabelAction.Replace => "replace",
        RelabelAction.Keep => "keep",
        RelabelAction.Drop => "drop",
        RelabelAction.KeepEqual => "keepequal",
        RelabelAction.DropEqual => "dropequal",
        RelabelAction.HashMod => "hashmod",
        RelabelAction.LabelMap => "labelmap",
        RelabelAction.LabelDrop => "labeldrop",
        RelabelAction.LabelKeep => "labelkeep",
        RelabelAction.Lowercase => "lowercase",
        _ => "uppercase",
    };

    /// <summary>Prometheus's durations: numbers with units, the largest first; <c>1h30m</c>.</summary>
    private static bool TryReadDuration(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var rest = text.AsSpan();
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var unit = rest.IndexOfAnyInRange('0', '9') is >= 0 and var next ? rest[..next] : rest;
            rest = rest[unit.Length..];
            long seconds = unit switch
            {
                "ms" => 0,
                "s" => 1,
                "m" => 60,
                "h" => 3_600,
                "d" => 86_400,
                "w" => 604_800,
                "y" => 31_536_000,
                _ => -1,
            };
            var ticks = seconds == 0 ? (decimal)number * TimeSpan.TicksPerMillisecond : (decimal)number * seconds * TimeSpan.TicksPerSecond;
            if (seconds < 0 || ticks + value.Ticks > TimeSpan.MaxValue.Ticks / 2)
            {
                return false;
            }

            value += TimeSpan.FromTicks((long)ticks);
        }

        return true;
    }
}
