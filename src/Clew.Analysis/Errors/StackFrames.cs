using System.Text.RegularExpressions;

namespace Clew.Analysis.Errors;

/// <summary>
/// The places in the code that a stack trace names, the innermost first, as they are called in the source: without line numbers, addresses, module versions and
/// what compilers and runtimes append to lambdas, state machines, proxies and generated classes. Reads the traces of the JVM, .NET, JavaScript, Python, Go, Ruby
/// and PHP as their runtimes print them, and Go's as its libraries do.
/// </summary>
public static partial class StackFrames
{
    /// <summary>Frames of the runtime between the code that failed and its caller: there in one run and not in the next (compilers replace them when code is hot).</summary>
    private static readonly string[] Noise =
    [
        "System.Runtime.ExceptionServices.", "System.Runtime.CompilerServices.", "System.ThrowHelper", "jdk.internal.reflect.", "java.lang.reflect.", "sun.reflect.", "runtime.", "runtime/debug.",
        "process.processTicksAndRejections", "node:internal", "internal/",
    ];

    /// <param name="stack">A stack trace; anything else has no frames.</param>
    /// <param name="count">At most so many.</param>
    public static IReadOnlyList<string> Read(string stack, int count)
    {
        if (stack.Length == 0)
        {
            return [];
        }

        stack = stack[..Math.Min(stack.Length, Limits.MaxStackBytes)];

        // What was thrown first is told last, as a cause, on the JVM, and has the frames that matter.
        var cause = stack.LastIndexOf("\nCaused by: ", StringComparison.Ordinal);
        var lines = (cause < 0 ? stack : stack[(cause + 1)..]).Split('\n', Limits.MaxStackLines + 1);
        var isPython = stack.Contains("Traceback (most recent call last)", StringComparison.Ordinal);
        var isGo = !isPython && stack.Contains(".go:", StringComparison.Ordinal);
        var all = new List<string>();
        for (var i = 0; i < Math.Min(lines.Length, Limits.MaxStackLines); i++)
        {
            var text = Trimmed(lines[i]);
            if (isPython && text.StartsWith("Traceback (most recent call last)", StringComparison.Ordinal))
            {
                all.Clear();
            }
            else if (Frame(text, isPython, isGo) is { Length: > 0 } frame)
            {
                all.Add(frame);
            }
            else if (isGo && IsGoFrame(lines, i))
            {
                all.Add(Name(text));
            }
        }

        if (isPython)
        {
            all.Reverse();
        }

        var telling = all.Where(frame => frame != "panic" && !Noise.Any(noise => frame.StartsWith(noise, StringComparison.Ordinal))).Take(count).ToArray();
        return telling.Length > 0 ? telling : [.. all.Take(count)];
    }

    /// <summary>Whether a line of a log body is a frame of a stack trace.</summary>
    internal static bool IsFrame(string line)
    {
        var text = Trimmed(line);
        return text.Length > 0 && (Frame(text, isPython: false, isGo: false).Length > 0 || (text.StartsWith("File \"", StringComparison.Ordinal) && text.Contains("\", line ", StringComparison.Ordinal)));
    }

    /// <summary>Whether a line is a function with its place in the next one, as Go's <c>pkg/errors</c> (<c>%+v</c>) and zap print frames: without arguments.</summary>
    internal static bool IsGoFrame(IReadOnlyList<string> lines, int index) =>
        index + 1 < lines.Count && lines[index + 1].StartsWith('\t') && GoFunction().IsMatch(Trimmed(lines[index])) && GoPlace().IsMatch(Trimmed(lines[index + 1]));

    private static string Trimmed(string line) => line.AsSpan(0, Math.Min(line.Length, Limits.MaxStackLine)).Trim().ToString();

    private static string Frame(string line, bool isPython, bool isGo)
    {
        if (isPython)
        {
            return PythonFrame().Match(line) is { Success: true } python ? Name($"{FileName(python.Groups["file"].Value)}:{python.Groups["function"].Value}") : string.Empty;
        }

        if (line.StartsWith("at ", StringComparison.Ordinal))
        {
            return AtFrame(line[3..]);
        }

        if (isGo)
        {
            return GoFrame().Match(line) is { Success: true } go ? Name(go.Groups["function"].Value) : string.Empty;
        }

        if (line.StartsWith('#') && PhpFrame().Match(line) is { Success: true } php)
        {
            return Name(php.Groups["function"].Value);
        }

        if (line.Contains('@', StringComparison.Ordinal) && BrowserFrame().Match(line) is { Success: true } browser)
        {
            // Firefox tells around an anonymous function where it stands, and in front of a callback who calls it back.
            var function = browser.Groups["function"].Value;
            function = function[(function.LastIndexOf('*') + 1)..].TrimEnd('<', '/');
            return Name(function is "" or "(anonymous function)" ? $"{FileName(browser.Groups["file"].Value)}:<anonymous>" : function);
        }

        // The owner of a method is told since Ruby 3.4, and blocks are counted; neither says where the code is.
        return line.Contains(":in ", StringComparison.Ordinal) && RubyFrame().Match(line) is { Success: true } ruby ? Name($"{FileName(ruby.Groups["file"].Value)}:{ruby.Groups["method"].Value}") : string.Empty;
    }

    /// <summary>A frame of the JVM, of .NET or of JavaScript: a name and, in parentheses, parameters or a place.</summary>
    private static string AtFrame(string text)
    {
        text = text.StartsWith("async ", StringComparison.Ordinal) ? text[6..] : text.StartsWith("new ", StringComparison.Ordinal) ? text[4..] : text;
        if (ScriptFrame().Match(text) is { Success: true } script)
        {
            var file = script.Groups["file"].Value;
            if (file.StartsWith("node:internal", StringComparison.Ordinal) || file.StartsWith("internal/", StringComparison.Ordinal))
            {
                return "node:internal";
            }

            // The function's name with its alias left out; the file where there is none.
            var function = script.Groups["function"].Value.Trim();
            var alias = function.IndexOf(" [as ", StringComparison.Ordinal);
            function = alias > 0 ? function[..alias] : function;
            return Name(function is "" or "<anonymous>" or "Object.<anonymous>" ? $"{FileName(file)}:<anonymous>" : function);
        }

        var parenthesis = text.IndexOf('(', StringComparison.Ordinal);
        var name = parenthesis > 0 ? text[..parenthesis].TrimEnd() : text;
        if (name.Length == 0 || name.Contains(' ', StringComparison.Ordinal) || !name.Contains('.', StringComparison.Ordinal))
        {
            // JavaScript without a place ("at Array.map (<anonymous>)" has one), or a sentence that begins with "at".
            return parenthesis > 0 && !name.Contains(' ', StringComparison.Ordinal) ? Name(name) : string.Empty;
        }

        // The JVM's class loader and module stand before the class.
        return Name(name[(name.LastIndexOf('/') is var slash && slash > 0 && !name[slash..].Contains("0x", StringComparison.Ordinal) && !LambdaClass().IsMatch(name) ? slash + 1 : 0)..]);
    }

    private static string FileName(string path)
    {
        var query = path.IndexOf('?', StringComparison.Ordinal);
        path = query > 0 ? path[..query] : path;
        return path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
    }

    /// <summary>A name without what compilers and runtimes made up.</summary>
    private static string Name(string name)
    {
        if (name.Length > Limits.MaxFrameLength)
        {
            name = name[..Limits.MaxFrameLength];
        }

        if (name.Contains('/', StringComparison.Ordinal) && LambdaClass().IsMatch(name))
        {
            var module = name.IndexOf('/', StringComparison.Ordinal);
            name = module < name.IndexOf("$$Lambda", StringComparison.Ordinal) ? name[(module + 1)..] : name;
        }

        name = LambdaClass().Replace(name, "$$$$Lambda");
        name = GeneratedClass().Replace(name, "${kind}");
        name = StateMachine().Replace(name, "${method}");
        name = DisplayClass().Replace(name, "<>c");
        name = LambdaMethod().Replace(name, "<${method}>b");
        name = LocalFunction().Replace(name, "${outer}.${inner}");
        name = ClosureName().Replace(name, "{closure}");
        name = HashInFile().Replace(name, "#");
        return Numbers().Replace(name, "#");
    }

    [GeneratedRegex("""^File "(?<file>[^"]+)", line \d+(?:, in (?<function>.+))?$""", RegexOptions.CultureInvariant)]
    private static partial Regex PythonFrame();

    /// <summary>A function with its arguments; the line below it is its file. "created by" tells of another goroutine.</summary>
    [GeneratedRegex(@"^(?!created by )(?<function>[^\s(]*(?:\(\*?[\w.\[\]]+\)[^\s(]*)?)\((?:[^()]*|\.\.\.|\{.*\})\)$", RegexOptions.CultureInvariant)]
    private static partial Regex GoFrame();

    [GeneratedRegex(@"^[\w.~/-]+\.(?:\(\*?[\w.\[\]]+\)\.)?[\w.\[\]-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex GoFunction();

    [GeneratedRegex(@"^\S.*\.go:\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex GoPlace();

    /// <summary>Of Firefox and Safari: the function, an at sign, the file with line and column.</summary>
    [GeneratedRegex(@"^(?<function>[^@]*)@(?<file>(?:[a-z][a-z+-]*://|/)\S+?|\S+\.[cm]?[jt]sx?(?:\?\S*)?)(?: line \d+ > \w+)*:\d+:\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex BrowserFrame();

    [GeneratedRegex(@"^#\d+ (?:[^\s(]+\(\d+\): |\[internal function\]: )(?<function>[^\s({]*\{closure[^}]*\}|[^\s(]+)\(", RegexOptions.CultureInvariant)]
    private static partial Regex PhpFrame();

    [GeneratedRegex(@"^(?:from )?(?<file>[^\s:]+\.(?:rb|erb|rake|ru)):\d+:in [`'](?:block (?:\(\d+ levels\) )?in )*(?:[\w:]+[#.])?(?<method>[^']+)'", RegexOptions.CultureInvariant)]
    private static partial Regex RubyFrame();

    /// <summary>A function and, in parentheses, a file with line and column; or the file alone.</summary>
    [GeneratedRegex(@"^(?:(?<function>[^()]*?(?:\[as [^\]]+\])?) ?\()?(?<file>[^()\s]+?):\d+:\d+\)?$", RegexOptions.CultureInvariant)]
    private static partial Regex ScriptFrame();

    [GeneratedRegex(@"\$\$Lambda(?:\$\d+)?(?:/(?:0x)?[0-9a-fA-F]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex LambdaClass();

    [GeneratedRegex(@"(?<kind>\$\$\w*?(?:CGLIB|ByteBuddy|Proxy|SpringCGLIB|FastClass\w*)\$\$)[0-9a-fA-F]+", RegexOptions.CultureInvariant)]
    private static partial Regex GeneratedClass();

    [GeneratedRegex(@"<(?<method>[\w.<>]+)>d__\d+(?:`\d+)?(?:\.MoveNext)?", RegexOptions.CultureInvariant)]
    private static partial Regex StateMachine();

    [GeneratedRegex(@"<>c__DisplayClass\d+_\d+(?:`\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex DisplayClass();

    [GeneratedRegex(@"<(?<method>\w+)>b__\d+(?:_\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex LambdaMethod();

    [GeneratedRegex(@"<(?<outer>[\w$]+)>g__(?<inner>\w+)\|\d+(?:_\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex LocalFunction();

    [GeneratedRegex(@"\{closure[^}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex ClosureName();

    /// <summary>What bundlers put into names of files.</summary>
    [GeneratedRegex(@"(?<=[.-])(?=[0-9a-f]*\d)[0-9a-f]{6,}(?=\.)", RegexOptions.CultureInvariant)]
    private static partial Regex HashInFile();

    [GeneratedRegex(@"0x[0-9a-fA-F]+|\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
