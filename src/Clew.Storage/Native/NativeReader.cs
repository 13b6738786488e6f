using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Clew.Storage.Native;

/// <summary>Reads answers in ClickHouse's Native format into columns. The columns keep the answer's bytes and do not copy them.</summary>
internal static class NativeReader
{
    /// <summary>All blocks of an answer that have rows; the engine may send any number, each with the same columns.</summary>
    /// <exception cref="InvalidDataException">Not Native format, or a type this reader does not know.</exception>
    public static IReadOnlyList<NativeBlock> Read(byte[] answer)
    {
        var blocks = new List<NativeBlock>();
        var cursor = new NativeCursor(answer);
        while (!cursor.AtEnd)
        {
            var columnCount = cursor.Int();
            var rows = cursor.Int();
            var columns = new NamedColumn[columnCount];
            for (var i = 0; i < columnCount; i++)
            {
                var name = cursor.Text();
                var type = NativeType.Parse(cursor.Text());
                if (rows > 0)
                {
                    type.ReadHeader(cursor);
                }

                columns[i] = new NamedColumn(name, type.ReadData(cursor, rows));
            }

            if (rows > 0)
            {
                blocks.Add(new NativeBlock(rows, columns));
            }
        }

        return blocks;
    }
}

internal readonly record struct NamedColumn(string Name, NativeColumn Column);

internal sealed class NativeBlock(int rows, NamedColumn[] columns)
{
    public int Rows { get; } = rows;

    public IReadOnlyList<NamedColumn> Columns { get; } = columns;

    public NativeColumn this[string name]
    {
        get
        {
            foreach (var column in columns)
            {
                if (column.Name == name)
                {
                    return column.Column;
                }
            }

            throw new KeyNotFoundException($"The answer has no column '{name}', but {string.Join(", ", columns.Select(column => column.Name))}.");
        }
    }

    public bool Has(string name) => System.Array.Exists(columns, column => column.Name == name);

    public FixedColumn Fixed(string name) => (FixedColumn)this[name];

    public StringColumn Strings(string name) => (StringColumn)this[name];

    public LowCardinalityColumn LowCardinality(string name) => (LowCardinalityColumn)this[name];

    public ArrayColumn Array(string name) => (ArrayColumn)this[name];
}

internal sealed class NativeCursor(byte[] bytes)
{
    private int _position;

    public byte[] Bytes => bytes;

    public bool AtEnd => _position >= bytes.Length;

    public int Int()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = bytes[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return checked((int)value);
            }
        }

        throw new InvalidDataException("A varint has more than ten bytes.");
    }

    public string Text()
    {
        var length = Int();
        return Encoding.UTF8.GetString(bytes, Skip(length), length);
    }

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(Skip(sizeof(ulong)), sizeof(ulong)));

    /// <returns>Where the skipped bytes start.</returns>
    public int Skip(int length)
    {
        var start = _position;
        if (length < 0 || length > bytes.Length - start)
        {
            throw new InvalidDataException($"The answer ends at {bytes.Length}, {length} bytes were expected at {start}.");
        }

        _position += length;
        return start;
    }
}

internal abstract class NativeColumn
{
    /// <summary>The text of a row, for columns of strings, repeated or not.</summary>
    public virtual string GetString(int row) => throw new InvalidDataException($"A {GetType().Name} has no texts.");
}

/// <summary>Values of one size: numbers, fixed strings, times.</summary>
internal sealed class FixedColumn(byte[] bytes, int start, int size, int rows) : NativeColumn
{
    public int Size { get; } = size;

    public int Rows { get; } = rows;

    public ReadOnlySpan<T> As<T>()
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes.AsSpan(start, Size * Rows));
        return values.Length == Rows ? values : throw new InvalidDataException($"A column of {Size}-byte values was read as {typeof(T).Name}.");
    }

    public ReadOnlySpan<byte> this[int row] => bytes.AsSpan(start + (row * Size), Size);
}

internal sealed class StringColumn(byte[] bytes, int[] starts, int[] lengths) : NativeColumn
{
    public int Rows => starts.Length;

    public ReadOnlySpan<byte> this[int row] => bytes.AsSpan(starts[row], lengths[row]);

    public override string GetString(int row) => Encoding.UTF8.GetString(this[row]);
}

/// <summary>Row <c>i</c> is key <c>Indexes[i]</c>.</summary>
internal sealed class LowCardinalityColumn(NativeColumn keys, int[] indexes) : NativeColumn
{
    public NativeColumn Keys { get; } = keys;

    public int[] Indexes { get; } = indexes;

    public override string GetString(int row) => Keys.GetString(Indexes[row]);
}

/// <summary>Row <c>i</c> is the elements up to <c>Ends[i]</c>.</summary>
internal sealed class ArrayColumn(int[] ends, NativeColumn elements) : NativeColumn
{
    public int[] Ends { get; } = ends;

    public NativeColumn Elements { get; } = elements;
}

internal sealed class TupleColumn(NativeColumn[] parts) : NativeColumn
{
    public NativeColumn this[int part] => parts[part];
}

internal sealed class NullableColumn(FixedColumn nulls, NativeColumn values) : NativeColumn
{
    public FixedColumn Nulls { get; } = nulls;

    public NativeColumn Values { get; } = values;
}
