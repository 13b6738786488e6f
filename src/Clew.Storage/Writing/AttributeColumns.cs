using System.Runtime.InteropServices;
using Clew.Storage.Native;

namespace Clew.Storage.Writing;

/// <summary>Writes attribute lists as the two columns they take: the map, and one character per entry for the types.</summary>
internal sealed class AttributeColumns
{
    private readonly TextArena _typeArena = new();
    private readonly TextDictionary _typeTexts;
    private readonly Column<int> _typeRows = new();
    private readonly DictionaryScratch _scratch = new();

    public AttributeColumns() => _typeTexts = new TextDictionary(_typeArena);

    public DictionaryScratch Scratch => _scratch;

    public static void MapHeader(NativeWriter to) => to.LowCardinalityHeader();

    /// <summary>The map's data; its header must have been written.</summary>
    public void Map(NativeWriter to, TelemetryBatch batch, AttributeLists lists)
    {
        to.Offsets(lists.Ends.Values);
        to.LowCardinality(batch.Dictionary, lists.Keys.Values, _scratch);
        to.Strings(batch.Arena, lists.Values.Values);
    }

    /// <summary>The types' data; its header must have been written.</summary>
    public void Types(NativeWriter to, AttributeLists lists)
    {
        _typeArena.Clear();
        _typeTexts.Reset();
        _typeRows.Clear();
        var types = MemoryMarshal.AsBytes(lists.Types.Values);
        var start = 0;
        foreach (var end in lists.Ends.Values)
        {
            _typeRows.Add(_typeTexts.Add(types[start..end]));
            start = end;
        }

        to.LowCardinality(_typeTexts, _typeRows.Values, _scratch);
    }

    /// <summary>A whole map column of one row, header included.</summary>
    public void OneMap(NativeWriter to, TelemetryBatch batch, AttributeLists lists, int list)
    {
        var start = lists.StartOf(list);
        var end = lists.EndOf(list);
        MapHeader(to);
        to.Offsets([end - start]);
        to.LowCardinality(batch.Dictionary, lists.Keys.Values[start..end], _scratch);
        to.Strings(batch.Arena, lists.Values.Values[start..end]);
    }

    /// <summary>A whole types column of one row, header included.</summary>
    public static void OneTypes(NativeWriter to, AttributeLists lists, int list)
    {
        to.LowCardinalityHeader();
        to.LowCardinalityConstant(MemoryMarshal.AsBytes(lists.Types.Values[lists.StartOf(list)..lists.EndOf(list)]), 1);
    }
}
