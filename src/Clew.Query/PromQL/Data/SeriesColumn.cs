using Clew.Query.PromQL.Histograms;

namespace Clew.Query.PromQL.Data;

/// <summary>One series of an instant vector over all steps of an evaluation: at each step a float, a histogram or nothing.</summary>
public sealed class SeriesColumn
{
    /// <summary>A column without samples.</summary>
    public SeriesColumn(LabelSet labels, bool dropName, int steps)
    {
        Labels = labels;
        DropName = dropName;
        Floats = new double[steps];
        Array.Fill(Floats, StaleMarker.Value);
    }

    /// <summary>A column that holds arrays which are shared and not written any more.</summary>
    public SeriesColumn(LabelSet labels, bool dropName, double[] floats, FloatHistogram?[]? histograms)
    {
        Labels = labels;
        DropName = dropName;
        Floats = floats;
        Histograms = histograms;
    }

    public LabelSet Labels { get; }

    /// <summary>Whether the metric's name goes away when the evaluation is over.</summary>
    public bool DropName { get; }

    /// <summary>One for each step; a stale marker where there is no float.</summary>
    public double[] Floats { get; }

    /// <summary>One for each step, null where there is none; null when no step has one.</summary>
    public FloatHistogram?[]? Histograms { get; private set; }

    public int Steps => Floats.Length;

    public bool HasFloat(int step) => !StaleMarker.Is(Floats[step]);

    public FloatHistogram? HistogramAt(int step) => Histograms?[step];

    /// <summary>Whether there is a sample of either kind.</summary>
    public bool Has(int step) => HasFloat(step) || Histograms?[step] is not null;

    public bool IsEmpty
    {
        get
        {
            for (var step = 0; step < Floats.Length; step++)
            {
                if (Has(step))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Puts a sample: the histogram if there is one, otherwise the float.</summary>
    public void Set(int step, double value, FloatHistogram? histogram = null)
    {
        if (histogram is null)
        {
            Floats[step] = value;
            return;
        }

        Histograms ??= new FloatHistogram?[Floats.Length];
        Histograms[step] = histogram;
    }

    /// <summary>Takes the sample of another column's step, if it has one.</summary>
    public void CopyFrom(SeriesColumn other, int step)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.HistogramAt(step) is { } histogram)
        {
            Set(step, 0, histogram);
        }
        else
        {
            Floats[step] = other.Floats[step];
        }
    }

    /// <summary>The same samples under other labels.</summary>
    public SeriesColumn Relabeled(LabelSet labels, bool dropName) => new(labels, dropName, Floats, Histograms);
}
