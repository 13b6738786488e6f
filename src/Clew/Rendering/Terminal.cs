using System.Globalization;
using System.Text;

namespace Clew.Cli.Rendering;

/// <summary>Where output goes: what the console, the environment and the command line say about it.</summary>
public sealed class Terminal
{
    /// <summary>Columns taken when output is no terminal and <c>COLUMNS</c> does not say.</summary>
    private const int WidthOfFiles = 120;

    private Terminal(Page page, bool colours)
    {
        Page = page;
        Colours = colours;
    }

    public Page Page { get; }

    /// <summary>Only on a terminal, not with <c>NO_COLOR</c> or <c>TERM=dumb</c>; <c>CLICOLOR_FORCE</c> asks for them in a pipe, too.</summary>
    public bool Colours { get; }

    /// <param name="ascii">Asked for on the command line; otherwise the locale decides.</param>
    public static Terminal ForOutput(bool ascii, TimeZoneInfo zone) => For(Console.IsOutputRedirected, ascii, zone);

    public static Terminal ForErrors() => For(Console.IsErrorRedirected, ascii: false, TimeZoneInfo.Utc);

    /// <summary>Writes lines; on a broken pipe (<c>| head</c>) the rest is left unsaid.</summary>
    public void Write(TextWriter output, IEnumerable<Line> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            Append(text, line);
            text.Append('\n');
            if (text.Length > 16_384)
            {
                output.Write(text);
                text.Clear();
            }
        }

        output.Write(text);
        output.Flush();
    }

    /// <summary>One line as it goes to the terminal, without its end.</summary>
    public string Format(Line line)
    {
        var text = new StringBuilder();
        Append(text, line);
        return text.ToString();
    }

    private static Terminal For(bool redirected, bool ascii, TimeZoneInfo zone)
    {
        var dumb = Variable("TERM") == "dumb";
        var colours = Variable("NO_COLOR").Length == 0 && ((!redirected && !dumb) || Variable("CLICOLOR_FORCE") is not ("" or "0"));
        var page = new Page { Width = Width(redirected), Ascii = ascii || IsOtherCharset(), Unbounded = redirected, Zone = zone };
        return new Terminal(page, colours);
    }

    private static int Width(bool redirected)
    {
        if (int.TryParse(Variable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns >= 20)
        {
            return columns;
        }

        if (redirected)
        {
            return WidthOfFiles;
        }

        try
        {
            return Console.WindowWidth is >= 20 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    /// <summary>True when the locale names a character set and it is not UTF-8. No locale at all (as in many containers) does not count against it.</summary>
    private static bool IsOtherCharset()
    {
        var locale = Variable("LC_ALL") is { Length: > 0 } all ? all : Variable("LC_CTYPE") is { Length: > 0 } type ? type : Variable("LANG");
        var dot = locale.IndexOf('.', StringComparison.Ordinal);
        return dot >= 0 && !locale[(dot + 1)..].Replace("-", string.Empty, StringComparison.Ordinal).StartsWith("utf8", StringComparison.OrdinalIgnoreCase);
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? string.Empty;

    private void Append(StringBuilder text, Line line)
    {
        if (!Colours)
        {
            text.Append(line);
            return;
        }

        foreach (var piece in line.Pieces)
        {
            var code = Code(piece.Ink);
            if (code.Length == 0)
            {
                text.Append(piece.Text);
            }
            else
            {
                text.Append("\e[").Append(code).Append('m').Append(piece.Text).Append("\e[0m");
            }
        }
    }

    // The sixteen basic colours only: they follow the reader's own palette, light or dark.
    private static string Code(Ink ink) => ink switch
    {
        Ink.Strong => "1",
        Ink.Dim => "2",
        Ink.Good => "32",
        Ink.Warning => "33",
        Ink.Bad => "1;31",
        Ink.Accent => "36",
        _ => string.Empty,
    };
}
