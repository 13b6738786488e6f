namespace Clew.Analysis.Changes;

/// <param name="Value">0 to 1.</param>
/// <param name="Why">As a part of a sentence; empty when nothing fits.</param>
internal readonly record struct Fit(double Value, string Why);

/// <summary>How well what a change does explains how something goes wrong.</summary>
internal static class ContentMatch
{
    /// <summary>A change whose content is known and explains nothing of what went wrong.</summary>
    public const double Unrelated = 0.1;

    /// <summary>Numbers must differ by this factor to matter.</summary>
    private const double MinFactor = 1.4;

    public static Fit Of(IReadOnlyList<ChangeEffect> effects, Symptoms symptoms)
    {
        var best = new Fit(0, "");
        foreach (var effect in effects)
        {
            var fit = Of(effect, symptoms);
            if (fit.Value > best.Value)
            {
                best = fit;
            }
        }

        return best;
    }

    private static Fit Of(ChangeEffect effect, Symptoms symptoms)
    {
        var common = effect.Words.Where(symptoms.Words.Contains).Order(StringComparer.Ordinal).Take(4).ToArray();
        var words = common.Length > 0 ? $" ({string.Join(", ", common)})" : "";
        bool Shows(SymptomKind kind) => (symptoms.Kinds & kind) != 0;
        Fit When(bool isSo, double value, string why) => isSo ? new Fit(value, why) : new Fit(Unrelated, "");
        return effect.Kind switch
        {
            EffectKind.GuardRemoved => When(Shows(SymptomKind.AbsentValue), common.Length > 0 ? 1 : 0.8, $"removes a check for an absent value (\"{effect.Text}\"), and absent values are what it fails on{words}"),
            EffectKind.CallRemoved when Shows(SymptomKind.NotFound) => When(common.Length >= 1, common.Length >= 2 ? 0.95 : 0.8, $"removes a call (\"{effect.Text}\"), and what it set up is not found{words}"),
            EffectKind.CallRemoved => When(Shows(SymptomKind.Errors) && common.Length >= 2, 0.6, $"removes a call (\"{effect.Text}\") that has to do with what fails{words}"),
            EffectKind.CallInLoop => When(Shows(SymptomKind.FanOut) || (Shows(SymptomKind.Slow | SymptomKind.Timeout) && common.Length >= 2), Shows(SymptomKind.FanOut) && common.Length > 0 ? 1 : 0.75,
                $"puts a call into a loop (\"{effect.Text}\"), and calls per request multiplied{words}"),
            EffectKind.CallAdded => When(Shows(SymptomKind.Slow | SymptomKind.Timeout | SymptomKind.FanOut) && common.Length >= 2, 0.6, $"adds a call (\"{effect.Text}\"){words}"),
            EffectKind.TimeoutLowered => Timeout(effect, symptoms, words),
            EffectKind.TimeoutRaised => When(Shows(SymptomKind.PoolExhausted) && effect.Factor >= 2, 0.5, $"lets calls hold what they wait with for longer (\"{effect.Text}\")"),
            EffectKind.CapacityLowered => Capacity(effect, symptoms, common, words),
            EffectKind.CapacityRaised => When(effect.Factor >= 2 && ((Shows(SymptomKind.MemoryShort) && effect.Words.Any(w => w is "cache" or "buffer" or "heap" or "entrie" or "entry" or "queue"))
                || (Shows(SymptomKind.Overload | SymptomKind.ProcessorShort) && effect.Words.Any(w => w is "worker" or "thread" or "concurrency" or "rate"))), 0.6, $"raises a limit {effect.Factor:0.#} times (\"{effect.Text}\")"),
            EffectKind.RetriesRaised => When(Shows(SymptomKind.Overload) && !Shows(SymptomKind.Outside), 0.7, $"makes calls be sent again more often (\"{effect.Text}\"), and repeats are what grew"),
            EffectKind.GrowsWithoutBound => When(Shows(SymptomKind.MemoryShort), 1, $"keeps something for every request and never gives it back (\"{effect.Text}\"), and memory ran short"),
            EffectKind.ReleaseRemoved => When(Shows(SymptomKind.MemoryShort | SymptomKind.PoolExhausted), 0.85, $"no longer gives something back (\"{effect.Text}\")"),
            EffectKind.AccessChanged => When(Shows(SymptomKind.Denied), 0.9, $"changes who may do what (\"{effect.Text}\"), and being refused is what fails"),
            EffectKind.SchemaChanged => When(Shows(SymptomKind.Malformed | SymptomKind.Slow | SymptomKind.Errors) && common.Length > 0, 0.85, $"changes stored data (\"{effect.Text}\") that what fails speaks of{words}"),
            EffectKind.AddressChanged => When(Shows(SymptomKind.Unreachable | SymptomKind.Outside | SymptomKind.Timeout | SymptomKind.NotFound), 0.8, $"changes an address (\"{effect.Text}\"), and what is called does not answer as before"),
            EffectKind.DependencyChanged => new Fit(Unrelated, ""),
            EffectKind.FlagTurned => When(common.Length >= 2, 0.6, $"turns a switch whose name speaks of what went wrong{words}"),
            _ => new Fit(common.Length >= 3 && Shows(SymptomKind.Errors) && !Shows(SymptomKind.Outside) ? 0.25 : Unrelated, common.Length >= 3 ? $"touches code that what fails speaks of{words}" : ""),
        };
    }

    private static Fit Timeout(ChangeEffect effect, Symptoms symptoms, string words)
    {
        if ((symptoms.Kinds & SymptomKind.Timeout) == 0 || effect.Factor < MinFactor)
        {
            return new Fit(ContentMatch.Unrelated, "");
        }

        // A limit that failing calls name, or run into after that time.
        var named = symptoms.Facts.FirstOrDefault(f => f.IsDuration && Math.Abs(f.Value - effect.New) <= 0.05 * effect.New);
        return named.Name is { Length: > 0 } name
            ? new Fit(1, $"lowers how long a call may take from {Inspections.Phrase.Seconds(effect.Old)} to {Inspections.Phrase.Seconds(effect.New)} (\"{effect.Text}\"), which is the {name} that failing calls run into")
            : new Fit(0.75, $"lowers how long a call may take from {Inspections.Phrase.Seconds(effect.Old)} to {Inspections.Phrase.Seconds(effect.New)} (\"{effect.Text}\"), and running out of time is what fails{words}");
    }

    private static Fit Capacity(ChangeEffect effect, Symptoms symptoms, string[] common, string words)
    {
        const SymptomKind Short = SymptomKind.PoolExhausted | SymptomKind.MemoryShort | SymptomKind.ProcessorShort | SymptomKind.Timeout | SymptomKind.Overload;
        if ((symptoms.Kinds & Short) == 0 || effect.Factor < MinFactor)
        {
            return new Fit(ContentMatch.Unrelated, "");
        }

        var named = symptoms.Facts.FirstOrDefault(f => !f.IsDuration && f.Value == effect.New && Changes.Words.Of(f.Name).Any(effect.Words.Contains));
        var numbers = Inspections.Phrase.Text($"from {effect.Old:0.##} to {effect.New:0.##}");
        return named.Name is { Length: > 0 } name
            ? new Fit(1, $"lowers a limit {numbers} (\"{effect.Text}\"), which is the {name} that was reached")
            : common.Length > 0 ? new Fit(0.8, $"lowers a limit {numbers} (\"{effect.Text}\"), and that is what ran short{words}") : new Fit(0.3, $"lowers a limit {numbers} (\"{effect.Text}\")");
    }
}
