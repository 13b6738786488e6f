using System.Runtime.InteropServices;
using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>Reads the columns that every kind of record has: texts, repeated texts, attribute maps with their types.</summary>
internal static class AttributeDecoder
{
    public static void Strings(StringColumn column, TextArena arena, Column<TextRef> to)
    {
        for (var row = 0; row < column.Rows; row++)
        {
            to.Add(arena.Add(column[row]));
        }
    }

    public static void Repeated(LowCardinalityColumn column, TextDictionary dictionary, Column<int> to)
    {
        var numbers = Keys(column, dictionary);
        foreach (var index in column.Indexes)
        {
            to.Add(numbers[index]);
        }
    }

    /// <summary>Appends one list per row.</summary>
    public static void Attributes(ArrayColumn map, LowCardinalityColumn types, TelemetryBatch batch, AttributeLists to)
    {
        var pairs = (TupleColumn)map.Elements;
        var keys = (LowCardinalityColumn)pairs[0];
        var values = (StringColumn)pairs[1];
        var typeTexts = (StringColumn)types.Keys;
        var numbers = Keys(keys, batch.Dictionary);
        var entry = 0;
        for (var row = 0; row < map.Ends.Length; row++)
        {
            var rowTypes = MemoryMarshal.Cast<byte, AttributeType>(typeTexts[types.Indexes[row]]);
            for (var first = entry; entry < map.Ends[row]; entry++)
            {
                var at = entry - first;
                to.Add(numbers[keys.Indexes[entry]], at < rowTypes.Length ? rowTypes[at] : AttributeType.String, batch.Arena.Add(values[entry]));
            }

            to.EndList();
        }
    }

    public static void Empty(int rows, AttributeLists to)
    {
        for (var row = 0; row < rows; row++)
        {
            to.EndList();
        }
    }

    /// <summary>Offsets of a block continue after what the batch holds already.</summary>
    public static void Ends(ArrayColumn? column, int rows, Column<int> to, int before)
    {
        for (var row = 0; row < rows; row++)
        {
            to.Add(before + (column?.Ends[row] ?? 0));
        }
    }

    private static int[] Keys(LowCardinalityColumn column, TextDictionary dictionary)
    {
        var texts = (StringColumn)column.Keys;
        var numbers = new int[texts.Rows];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = dictionary.Add(texts[i]);
        }

        return numbers;
    }
}
