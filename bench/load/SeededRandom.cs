namespace Clew.Load;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): a whole run is a function of one seed, and any value can be found again without replaying.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong _state = seed;

    /// <summary>The finaliser on its own: an even spread of <paramref name="value"/> over 64 bits.</summary>
    public static ulong Mix(ulong value)
    {
        value += Golden;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>The top 53 bits as a number in [0, 1).</summary>
    public static double Unit(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    public ulong NextUInt64()
    {
        var value = Mix(_state);
        _state += Golden;
        return value;
    }

    public double NextUnit() => Unit(NextUInt64());

    /// <summary>A whole number in [0, <paramref name="exclusive"/>).</summary>
    public int Next(int exclusive) => (int)(NextUnit() * exclusive);

    public bool Chance(double probability) => NextUnit() < probability;

    public T Pick<T>(IReadOnlyList<T> values) => values[Next(values.Count)];

    public double Exponential(double mean) => -mean * Math.Log(1 - NextUnit());

    /// <summary>Normal with mean 0 and deviation 1 (Box–Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - NextUnit())) * Math.Cos(2 * Math.PI * NextUnit());

    public double LogNormal(double median, double sigma) => median * Math.Exp(sigma * Normal());
}
