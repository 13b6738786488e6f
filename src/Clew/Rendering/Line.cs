using System.Text;

namespace Clew.Cli.Rendering;

/// <summary>What a piece of text is to the reader; the terminal decides what it looks like.</summary>
public enum Ink
{
    Plain,

    /// <summary>What to read first.</summary>
    Strong,

    /// <summary>What may be skipped.</summary>
    Dim,

    Good,

    Warning,

    Bad,

    /// <summary>Names and ids that can be used in a further command.</summary>
    Accent,
}

/// <summary>Text in one ink.</summary>
public readonly record struct Piece(string Text, Ink Ink);

/// <summary>One line of output: pieces side by side, without a line end. Texts are made safe as they come in (<see cref="Sentence.Clean"/>).</summary>
public sealed class Line
{
    private readonly List<Piece> _pieces = [];

    public static Line Empty => new();

    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>Columns it takes on a terminal.</summary>
    public int Width { get; private set; }

    public static Line Of(string text, Ink ink = Ink.Plain) => new Line().Add(text, ink);

    public Line Add(string text, Ink ink = Ink.Plain)
    {
        if (text.Length > 0)
        {
            // A single space between two pieces must survive the cleaning, which trims ends only where it changed something.
            var clean = Sentence.Clean(text);
            _pieces.Add(new Piece(clean, ink));
            Width += TextWidth.Of(clean);
        }

        return this;
    }

    public Line Add(Line other)
    {
        _pieces.AddRange(other._pieces);
        Width += other.Width;
        return this;
    }

    public Line Space(int columns) => columns > 0 ? Add(new string(' ', columns)) : this;

    /// <summary>Fills up with spaces to <paramref name="column"/>; nothing when it is already there.</summary>
    public Line To(int column) => Space(column - Width);

    /// <summary>Adds the text with spaces before it so that it ends at <paramref name="column"/>.</summary>
    public Line RightTo(int column, string text, Ink ink = Ink.Plain) => Space(column - Width - TextWidth.Of(text)).Add(text, ink);

    /// <summary>The plain text, without spaces at the end.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var piece in _pieces)
        {
            text.Append(piece.Text);
        }

        return text.ToString().TrimEnd(' ');
    }
}
