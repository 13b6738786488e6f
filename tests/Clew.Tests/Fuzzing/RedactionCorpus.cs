using System.Text;
using Clew.Tests.Architecture;

namespace Clew.Tests.Fuzzing;

/// <summary>The lines of the corpus, to begin from.</summary>
internal static class RedactionCorpus
{
    private static readonly string[] Lines =
        [.. Repository.Read("tests/Clew.Tests/Server/Redaction/Cases/redaction.txt").Split('\n').Where(line => line.Length > 2 && line[0] is '-' or '=' && line[1] == ' ').Select(line => line[2..])];

    public static byte[] Line(int seed) => Encoding.UTF8.GetBytes(Lines[(int)((uint)seed * 7 % (uint)Lines.Length)]);
}
