using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Clew.Storage.Native;

/// <summary>
/// Writes blocks of ClickHouse's Native format (<see href="https://clickhouse.com/docs/interfaces/formats/Native"/>) into one growing buffer.
/// A block is: number of columns and rows (varint), then per column its name, its type and its data. Callers write the columns in order with
/// the method that fits the type; composite types (Array, Map, Tuple) are written as their parts: first all dictionary headers of the
/// low-cardinality parts (<see cref="LowCardinalityHeader"/>), then offsets, then elements.
/// </summary>
internal sealed class NativeWriter
{
    /// <summary>How the dictionaries of low-cardinality columns are laid out: each block carries its own keys.</summary>
    private const ulong LowCardinalityVersion = 1;
    private const ulong HasAdditionalKeys = 1UL << 9;
    private const ulong NeedUpdateDictionary = 1UL << 10;

    private byte[] _buffer = new byte[1 << 16];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Gives back memory that an unusually large block needed.</summary>
    public void TrimTo(int bytes)
    {
        if (Length == 0 && _buffer.Length > bytes)
        {
            _buffer = new byte[bytes];
        }
    }

    public void BlockHeader(int columns, int rows)
    {
        VarInt((ulong)columns);
        VarInt((ulong)rows);
    }

    public void ColumnHeader(string name, string type)
    {
        Text(name);
        Text(type);
    }

    /// <summary>A column of fixed-size values (integers, floats, ids, DateTime64), copied as it is.</summary>
    public void Raw<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>A column of fixed-size values that may be empty: then zeros.</summary>
    public void RawOrZeros(ReadOnlySpan<ulong> values, int rows)
    {
        if (values.IsEmpty)
        {
            Repeat(0UL, rows);
        }
        else
        {
            Raw(values);
        }
    }

    /// <summary>The same fixed-size value in every row.</summary>
    public void Repeat<T>(T value, int rows)
        where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>() * rows;
        MemoryMarshal.Cast<byte, T>(Reserve(size)[..size]).Fill(value);
        Length += size;
    }

    /// <summary>A column of strings from an arena.</summary>
    public void Strings(TextArena arena, ReadOnlySpan<TextRef> texts)
    {
        var bytes = arena.Bytes;
        foreach (var text in texts)
        {
            var room = Reserve(text.Length + 5);
            var prefix = WriteVarInt(room, (ulong)text.Length);
            bytes.Slice(text.Offset, text.Length).CopyTo(room[prefix..]);
            Length += prefix + text.Length;
        }
    }

    public void String(ReadOnlySpan<byte> utf8)
    {
        var room = Reserve(utf8.Length + 10);
        var prefix = WriteVarInt(room, (ulong)utf8.Length);
        utf8.CopyTo(room[prefix..]);
        Length += prefix + utf8.Length;
    }

    public void String(string text) => String(Encoding.UTF8.GetBytes(text));

    /// <summary>Array and map offsets: the running ends as 64-bit numbers.</summary>
    public void Offsets(ReadOnlySpan<int> ends)
    {
        var size = ends.Length * sizeof(ulong);
        var offsets = MemoryMarshal.Cast<byte, ulong>(Reserve(size)[..size]);
        for (var i = 0; i < ends.Length; i++)
        {
            offsets[i] = (ulong)ends[i];
        }

        Length += size;
    }

    /// <summary>Comes before the data of the column that contains the low-cardinality part, once per such part.</summary>
    public void LowCardinalityHeader() => Repeat(LowCardinalityVersion, 1);

    /// <summary>A low-cardinality string column whose rows hold numbers of the batch's dictionary; only the texts that occur are written.</summary>
    /// <param name="scratch">For translating the batch's numbers; reused between calls.</param>
    public void LowCardinality(TextDictionary dictionary, ReadOnlySpan<int> rows, DictionaryScratch scratch)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        scratch.Begin(dictionary.Count);
        foreach (var row in rows)
        {
            scratch.Use(row);
        }

        var width = KeysHeader(scratch.Used.Count);
        foreach (var id in scratch.Used.Values)
        {
            String(dictionary.Get(id));
        }

        Indexes(rows, scratch.Numbers, width);
    }

    /// <summary>A low-cardinality column of fixed-size keys: row <c>i</c> is <c>keys[indexes[i]]</c>.</summary>
    public void LowCardinality<T>(ReadOnlySpan<T> keys, ReadOnlySpan<int> indexes)
        where T : unmanaged
    {
        if (indexes.IsEmpty)
        {
            return;
        }

        var width = KeysHeader(keys.Length);
        Raw(keys);
        Indexes(indexes, [], width);
    }

    /// <summary>The same text in every row of a low-cardinality column.</summary>
    public void LowCardinalityConstant(ReadOnlySpan<byte> utf8, int rows)
    {
        if (rows == 0)
        {
            return;
        }

        KeysHeader(1);
        String(utf8);
        Repeat((ulong)rows, 1);
        Repeat((byte)0, rows);
    }

    private void Text(string ascii)
    {
        var room = Reserve(ascii.Length + 5);
        var prefix = WriteVarInt(room, (ulong)ascii.Length);
        Encoding.ASCII.GetBytes(ascii, room[prefix..]);
        Length += prefix + ascii.Length;
    }

    /// <returns>Bytes per index: 1, 2 or 4.</returns>
    private int KeysHeader(int keys)
    {
        var width = keys <= 1 << 8 ? 1 : keys <= 1 << 16 ? 2 : 4;
        Repeat(HasAdditionalKeys | NeedUpdateDictionary | (ulong)BitOperations.Log2((uint)width), 1);
        Repeat((ulong)keys, 1);
        return width;
    }

    private void Indexes(ReadOnlySpan<int> rows, ReadOnlySpan<int> numbers, int width)
    {
        Repeat((ulong)rows.Length, 1);
        var size = rows.Length * width;
        var room = Reserve(size)[..size];
        switch (width)
        {
            case 1:
                for (var i = 0; i < rows.Length; i++)
                {
                    room[i] = (byte)(numbers.IsEmpty ? rows[i] : numbers[rows[i]]);
                }

                break;
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(room);
                for (var i = 0; i < rows.Length; i++)
                {
                    shorts[i] = (ushort)(numbers.IsEmpty ? rows[i] : numbers[rows[i]]);
                }

                break;
            default:
                var ints = MemoryMarshal.Cast<byte, uint>(room);
                for (var i = 0; i < rows.Length; i++)
                {
                    ints[i] = (uint)(numbers.IsEmpty ? rows[i] : numbers[rows[i]]);
                }

                break;
        }

        Length += size;
    }

    private void VarInt(ulong value)
    {
        Length += WriteVarInt(Reserve(10), value);
    }

    private static int WriteVarInt(Span<byte> to, ulong value)
    {
        var i = 0;
        while (value >= 0x80)
        {
            to[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[i++] = (byte)value;
        return i;
    }

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - Length < size)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max((long)Length + size, _buffer.Length * 2L)));
        }

        return _buffer.AsSpan(Length);
    }
}

/// <summary>Translates a batch's dictionary numbers into the numbers of one column's keys, in order of first use.</summary>
internal sealed class DictionaryScratch
{
    private int[] _numbers = [];
    private int[] _stamps = [];
    private int _stamp;

    /// <summary>The batch's numbers that occur, in order of first use.</summary>
    public Column<int> Used { get; } = new();

    /// <summary>Per number of the batch, its number in the column; meaningless for those that do not occur.</summary>
    public ReadOnlySpan<int> Numbers => _numbers;

    public void Begin(int dictionarySize)
    {
        if (_numbers.Length < dictionarySize)
        {
            _numbers = new int[dictionarySize * 2];
            _stamps = new int[dictionarySize * 2];
            _stamp = 0;
        }

        _stamp++;
        Used.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Use(int id)
    {
        if (_stamps[id] != _stamp)
        {
            _stamps[id] = _stamp;
            _numbers[id] = Used.Count;
            Used.Add(id);
        }
    }
}
