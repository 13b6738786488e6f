using System.Globalization;

namespace Shop.Demo;

/// <summary>Tells the watcher what happens, with the seconds since the start.</summary>
internal sealed class Narrator(TextWriter output, TimeProvider time, bool colours)
{
    private const string Reset = "\e[0m";
    private const string Bold = "\e[1m";
    private const string Dim = "\e[2m";

    private readonly long _started = time.GetTimestamp();

    /// <summary>A step of the story.</summary>
    public void Step(string text) => Line($"{Paint(Clock(), Dim)}  {Paint(text, Bold)}");

    /// <summary>A detail below a step.</summary>
    public void Detail(string text) => Line($"{Paint(Clock(), Dim)}    {text}");

    /// <summary>Text as it is.</summary>
    public void Line(string text) => output.WriteLine(text);

    /// <summary>A command the watcher could type.</summary>
    public void Command(string text) => Line($"    {Paint("$", Dim)} {Paint(text, Bold)}");

    private string Clock() => time.GetElapsedTime(_started).ToString(@"m\:ss", CultureInfo.InvariantCulture);

    private string Paint(string text, string style) => colours ? style + text + Reset : text;
}
