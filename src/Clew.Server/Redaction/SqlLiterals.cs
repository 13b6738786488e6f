using System.Text;

namespace Clew.Server.Redaction;

/// <summary>
/// Takes the literals out of a database statement and leaves its shape: strings, numbers, hexadecimal and dollar-quoted literals become
/// <c>?</c>, a list after <c>IN</c> one <c>?</c>. Names, keywords, parameters (<c>$1</c>, <c>:name</c>, <c>@p</c>, <c>%s</c>) and, unless told otherwise,
/// comments stay. A lexer, not a parser: it takes the statements of every dialect, also cut off ones, in one pass. Statements in JSON (MongoDB,
/// Elasticsearch) keep their keys; of Redis commands the command and its key are kept.
/// </summary>
/// <remarks>
/// Where dialects differ, the reading that reveals less wins: when a string has <c>\'</c> and the system is not known, everything up to the statement's
/// last quote goes; a text in double quotes is a name unless it stands where a value does; a string that never ends takes the rest along.
/// </remarks>
internal static class SqlLiterals
{
    private static readonly byte[][] ValueWords = [.. new[] { "like", "ilike", "rlike", "regexp", "between", "and", "or", "then", "else", "when", "limit", "offset", "values", "in", "set", "escape", "rows", "top", "return", "select", "is", "not" }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] RedisSystems = [.. new[] { "redis", "memcached", "valkey" }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] DoubleQuoteSystems = [.. new[] { "mysql", "mariadb", "bigquery", "gcp.bigquery", "spark", "hive" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Where a backslash before a quote escapes it.</summary>
    private static readonly byte[][] BackslashSystems = [.. new[] { "mysql", "mariadb", "clickhouse", "bigquery", "gcp.bigquery", "spark", "hive" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Where a backslash is a character like any other (the SQL standard).</summary>
    private static readonly byte[][] StandardSystems =
        [.. new[] { "postgresql", "mssql", "microsoft.sql_server", "oracle", "oracle.db", "sqlite", "db2", "ibm.db2", "h2", "h2database", "hsqldb", "derby", "cockroachdb", "redshift", "aws.redshift", "cassandra" }.Select(Encoding.ASCII.GetBytes)];

    /// <param name="system">The value of <c>db.system.name</c> or <c>db.system</c>; empty when it is not known.</param>
    /// <returns>True when something was taken out: it is in <see cref="RedactedText.Result"/>.</returns>
    public static bool Strip(ReadOnlySpan<byte> statement, ReadOnlySpan<byte> system, bool dropComments, RedactedText to)
    {
        to.BeginPass();
        var first = statement.IndexOfAnyExcept(" \t\r\n"u8);
        if (first >= 0)
        {
            if (Is(system, RedisSystems))
            {
                StripCommand(statement, first, to);
            }
            else if (statement[first] is (byte)'{' or (byte)'[')
            {
                StripJson(statement, first, to);
            }
            else
            {
                new Lexer(statement, Is(system, DoubleQuoteSystems), Is(system, BackslashSystems) ? Backslash.Escapes : Is(system, StandardSystems) ? Backslash.Plain : Backslash.Unknown, dropComments, to).Run();
            }
        }

        return to.EndPass(statement);
    }

    private static bool Is(ReadOnlySpan<byte> system, byte[][] systems)
    {
        foreach (var known in systems)
        {
            if (Ascii.Is(system, known))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>SET key value …</c> becomes <c>SET key ?</c>; several commands stand on lines of their own.</summary>
    private static void StripCommand(ReadOnlySpan<byte> statement, int start, RedactedText to)
    {
        while (start < statement.Length)
        {
            var length = statement[start..].IndexOfAny(Ascii.LineEnds);
            var end = length < 0 ? statement.Length : start + length;
            var line = statement[start..end];
            var command = line.IndexOf((byte)' ');
            var isAuth = Ascii.StartsWith(line, "auth "u8) || Ascii.StartsWith(line, "hello "u8);
            var key = command < 0 ? -1 : isAuth ? command : line[(command + 1)..].IndexOf((byte)' ');
            if (key >= 0)
            {
                var from = start + (isAuth ? command + 1 : command + 1 + key + 1);
                Mark(statement, from, end, to);
            }

            start = end + 1;
        }
    }

    private static void StripJson(ReadOnlySpan<byte> statement, int at, RedactedText to)
    {
        while (at < statement.Length)
        {
            var b = statement[at];
            if (b == '"')
            {
                var end = QuotedValue.End(statement, at + 1, "\""u8);
                var next = end + 1;
                while (next < statement.Length && Ascii.IsSpace(statement[next]))
                {
                    next++;
                }

                // Followed by a colon it is a key.
                if (next >= statement.Length || statement[next] != ':')
                {
                    Mark(statement, at + 1, end, to);
                }

                at = end + 1;
            }
            else if (Ascii.IsDigit(b) && (at == 0 || !Ascii.IsWord(statement[at - 1])))
            {
                var end = at + 1;
                while (end < statement.Length && (Ascii.IsLetterOrDigit(statement[end]) || statement[end] is (byte)'.' or (byte)'+' or (byte)'-'))
                {
                    end++;
                }

                to.Replace(statement, at, end, "\"?\""u8, RedactionRule.SqlLiteral);
                at = end;
            }
            else
            {
                at++;
            }
        }
    }

    private static void Mark(ReadOnlySpan<byte> statement, int start, int end, RedactedText to)
    {
        if (end > start && !statement[start..end].SequenceEqual("?"u8))
        {
            to.Replace(statement, start, end, "?"u8, RedactionRule.SqlLiteral);
        }
    }

    private enum Backslash
    {
        Unknown,

        /// <summary>Before a quote it makes the quote a part of the string.</summary>
        Escapes,

        /// <summary>It is a character like any other.</summary>
        Plain,
    }

    /// <summary>One statement on its way through the lexer.</summary>
    private ref struct Lexer(ReadOnlySpan<byte> statement, bool doubleQuotesAreStrings, Backslash backslash, bool dropComments, RedactedText to)
    {
        private readonly ReadOnlySpan<byte> _statement = statement;

        /// <summary>The last thing that is neither blank nor comment, where it matters to what follows.</summary>
        private Before _before;

        /// <summary>Within <c>IN (…)</c>: nothing kept yet, or one <c>?</c>.</summary>
        private bool _inList;

        private int _listStart;

        private enum Before
        {
            Start,
            Name,

            /// <summary>A word after which a value may stand.</summary>
            Word,
            Operator,
            Open,
            Comma,
            Literal,
            In,
            Dot,
        }

        public void Run()
        {
            var at = 0;
            while (at < _statement.Length)
            {
                at = Step(at);
            }
        }

        private int Step(int at)
        {
            var b = _statement[at];
            var next = at + 1 < _statement.Length ? _statement[at + 1] : (byte)0;
            if (Ascii.IsSpace(b))
            {
                return at + 1;
            }

            if ((b == '-' && next == '-') || (b == '/' && next == '*'))
            {
                return Comment(at, b == '-');
            }

            if (b == '\'')
            {
                return Literal(at, EndOfString(at + 1, backslash));
            }

            if (b == '"')
            {
                return DoubleQuoted(at);
            }

            if (b is (byte)'`')
            {
                return Name(at, _statement[(at + 1)..].IndexOf(b));
            }

            if (b == '$')
            {
                return Dollar(at);
            }

            if (b is (byte)':' or (byte)'@' or (byte)'%' && (Ascii.IsWord(next) || next == '('))
            {
                return Parameter(at);
            }

            if (Ascii.IsDigit(b) || (b == '.' && Ascii.IsDigit(next) && _before is not (Before.Name or Before.Literal)))
            {
                return Literal(at, EndOfNumber(at));
            }

            if (Ascii.IsLetter(b) || b is (byte)'_' or (byte)'#' or >= 0x80)
            {
                return Word(at);
            }

            return Sign(at, b);
        }

        private int Sign(int at, byte b)
        {
            switch (b)
            {
                case (byte)'(':
                    _inList = _before == Before.In;
                    _listStart = at + 1;
                    _before = Before.Open;
                    break;
                case (byte)')':
                    _inList = false;
                    _before = Before.Name;
                    break;
                case (byte)',':
                    _before = Before.Comma;
                    break;
                case (byte)'.':
                    _before = Before.Dot;
                    break;
                case (byte)'?':
                    return Literal(at, at + 1);
                default:
                    _before = Before.Operator;
                    break;
            }

            return at + 1;
        }

        /// <summary>In a list after IN only the first literal is kept, and what divides the others goes with them.</summary>
        private int Literal(int start, int end)
        {
            if (_inList && _before == Before.Comma)
            {
                // From the comma before it; comments in between go along.
                var comma = _statement[..start].LastIndexOf((byte)',');
                if (comma >= Math.Max(_listStart, to.Settled) && !IsAllBlank(_statement[(comma + 1)..start]))
                {
                    comma = -1;
                }

                if (comma >= Math.Max(_listStart, to.Settled))
                {
                    to.Replace(_statement, comma, end, default, RedactionRule.SqlLiteral);
                    _before = Before.Literal;
                    return end;
                }
            }

            Mark(_statement, start, end, to);
            _before = Before.Literal;
            return end;
        }

        private static bool IsAllBlank(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(" \t\r\n"u8) < 0;

        private readonly int Comment(int at, bool toLineEnd)
        {
            var rest = _statement[at..];
            var length = toLineEnd ? rest.IndexOfAny(Ascii.LineEnds) : rest[2..].IndexOf("*/"u8) is >= 0 and var close ? close + 4 : -1;
            var end = length < 0 ? _statement.Length : at + length;
            if (dropComments)
            {
                to.Replace(_statement, at, end, default, RedactionRule.SqlLiteral);
            }

            return end;
        }

        /// <summary>Where a string ends, its closing quote included.</summary>
        private readonly int EndOfString(int at, Backslash meaning)
        {
            while (_statement[at..].IndexOf((byte)'\'') is >= 0 and var next)
            {
                var quote = at + next;
                var backslashes = 0;
                while (quote - backslashes > at && _statement[quote - backslashes - 1] == '\\')
                {
                    backslashes++;
                }

                if (backslashes % 2 == 1 && meaning == Backslash.Unknown)
                {
                    // Either reading may be right, and each would take what is a string in the other for something else.
                    return _statement.LastIndexOf((byte)'\'') + 1;
                }

                if (backslashes % 2 == 1 && meaning == Backslash.Escapes)
                {
                    at = quote + 1;
                }
                else if (quote + 1 < _statement.Length && _statement[quote + 1] == '\'')
                {
                    at = quote + 2;
                }
                else
                {
                    return quote + 1;
                }
            }

            return _statement.Length;
        }

        private int DoubleQuoted(int at)
        {
            var end = at + 1;
            while (_statement[end..].IndexOf((byte)'"') is >= 0 and var next)
            {
                end += next + 1;
                if (end >= _statement.Length || _statement[end] != '"')
                {
                    if (!(doubleQuotesAreStrings && _statement[end - 2] == '\\'))
                    {
                        return IsValue(end) ? Literal(at, end) : Name(at, end - at - 2);
                    }
                }
                else
                {
                    end++;
                }
            }

            // It never ends: whatever it is, it may be a value.
            return Literal(at, _statement.Length);
        }

        /// <summary>True when what stands in double quotes is a value rather than a name, as far as one can tell.</summary>
        private readonly bool IsValue(int end)
        {
            var isFollowedByDot = end < _statement.Length && _statement[end] is (byte)'.';
            return !isFollowedByDot && (_before is Before.Operator or Before.In || _inList
                || (doubleQuotesAreStrings && _before is Before.Open or Before.Comma or Before.Word)
                || (_before == Before.Word && _lastWordTakesText));
        }

        private bool _lastWordTakesText;

        private int Name(int at, int length)
        {
            _before = Before.Name;
            return length < 0 ? _statement.Length : at + 1 + length + 1;
        }

        private int Dollar(int at)
        {
            var end = at + 1;
            while (end < _statement.Length && Ascii.IsWord(_statement[end]))
            {
                end++;
            }

            if (end < _statement.Length && _statement[end] == '$' && (end == at + 1 || !Ascii.IsDigit(_statement[at + 1])))
            {
                // $tag$ … $tag$
                var close = _statement[(end + 1)..].IndexOf(_statement[at..(end + 1)]);
                return Literal(at, close < 0 ? _statement.Length : end + 1 + close + (end + 1 - at));
            }

            _before = Before.Literal;
            return end;
        }

        /// <summary><c>:name</c>, <c>@p</c>, <c>%s</c>, <c>%(name)s</c>; a cast (<c>::text</c>) is an operator and a name.</summary>
        private int Parameter(int at)
        {
            var isCast = at > 0 && _statement[at] == ':' && _statement[at - 1] == ':';
            var end = at + 1;
            if (_statement[at] == '%' && _statement[end] == '(')
            {
                var close = _statement[end..].IndexOf((byte)')');
                end = close < 0 ? _statement.Length : end + close + 1;
            }

            if (_statement[at] == '%' && end == at + 1 && Ascii.IsDigit(_statement[end]))
            {
                // A remainder: the number is a literal of its own.
                _before = Before.Operator;
                return end;
            }

            while (end < _statement.Length && Ascii.IsWord(_statement[end]))
            {
                end++;
            }

            _before = isCast ? Before.Name : Before.Literal;
            return end;
        }

        private readonly int EndOfNumber(int at)
        {
            var end = at + 1;
            while (end < _statement.Length)
            {
                var b = _statement[end];
                var isExponentSign = b is (byte)'+' or (byte)'-' && _statement[end - 1] is (byte)'e' or (byte)'E' && !(_statement[at] == '0' && at + 1 < end && _statement[at + 1] is (byte)'x' or (byte)'X');
                if (!Ascii.IsWord(b) && b != '.' && !isExponentSign)
                {
                    break;
                }

                end++;
            }

            return end;
        }

        private int Word(int at)
        {
            var end = at + 1;
            while (end < _statement.Length && (Ascii.IsWord(_statement[end]) || _statement[end] is (byte)'$' or (byte)'#' or >= 0x80))
            {
                end++;
            }

            var word = _statement[at..end];

            // E'…', N'…', X'…', B'…', R'…', U&'…', _utf8'…': the prefix belongs to the string.
            if (end < _statement.Length && _statement[end] == '\'' && (word.Length == 1 || word[0] == '_'))
            {
                return Literal(at, EndOfString(end + 1, (word[0] | 0x20) == 'e' ? Backslash.Escapes : backslash));
            }

            if (word.Length == 1 && (word[0] | 0x20) == 'u' && _statement[end..].StartsWith("&'"u8))
            {
                return Literal(at, EndOfString(end + 2, backslash));
            }

            if (_before == Before.Dot)
            {
                _before = Before.Name;
                return end;
            }

            _lastWordTakesText = Ascii.Is(word, "like"u8) || Ascii.Is(word, "ilike"u8) || Ascii.Is(word, "then"u8) || Ascii.Is(word, "else"u8) || Ascii.Is(word, "between"u8);
            _before = Ascii.Is(word, "in"u8) ? Before.In : Is(word, ValueWords) ? Before.Word : Before.Name;
            return end;
        }
    }
}
