using System.Globalization;

namespace Clew.Storage.Native;

/// <summary>A column type of the Native format and how its data is read.</summary>
internal abstract class NativeType
{
    /// <summary>Parses what the engine writes as a type, such as <c>Map(LowCardinality(String), String)</c>.</summary>
    public static NativeType Parse(string type)
    {
        var (name, arguments) = Split(type);
        return name switch
        {
            "String" => new StringType(),
            "FixedString" => new FixedType(int.Parse(arguments[0], CultureInfo.InvariantCulture)),
            "UInt8" or "Int8" or "Bool" or "Enum8" => new FixedType(1),
            "UInt16" or "Int16" or "Date" or "Enum16" => new FixedType(2),
            "UInt32" or "Int32" or "Float32" or "DateTime" or "Date32" => new FixedType(4),
            "UInt64" or "Int64" or "Float64" or "DateTime64" => new FixedType(8),
            "LowCardinality" => new LowCardinalityType(Parse(arguments[0])),
            "Array" => new ArrayType(Parse(arguments[0])),
            "Map" => new ArrayType(new TupleType([Parse(arguments[0]), Parse(arguments[1])])),
            "Tuple" => new TupleType([.. arguments.Select(argument => Parse(WithoutName(argument)))]),
            "Nullable" => new NullableType(Parse(arguments[0])),
            "SimpleAggregateFunction" => Parse(arguments[1]),
            _ => throw new InvalidDataException($"Type '{type}' is not known to the reader."),
        };
    }

    /// <summary>Reads what stands before the data once per column: the versions of dictionaries.</summary>
    public virtual void ReadHeader(NativeCursor cursor)
    {
    }

    public abstract NativeColumn ReadData(NativeCursor cursor, int rows);

    /// <summary>A named tuple's part is <c>name Type</c>.</summary>
    private static string WithoutName(string part)
    {
        var space = part.IndexOf(' ', StringComparison.Ordinal);
        var bracket = part.IndexOf('(', StringComparison.Ordinal);
        return space > 0 && (bracket < 0 || space < bracket) ? part[(space + 1)..] : part;
    }

    private static (string Name, string[] Arguments) Split(string type)
    {
        var open = type.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            return (type, []);
        }

        var arguments = new List<string>();
        var depth = 0;
        var start = open + 1;
        for (var i = open; i < type.Length; i++)
        {
            if (type[i] == '(')
            {
                depth++;
            }
            else if ((type[i] == ',' && depth == 1) || (type[i] == ')' && --depth == 0))
            {
                arguments.Add(type[start..i].Trim());
                start = i + 1;
            }
        }

        return (type[..open], [.. arguments]);
    }

    private sealed class FixedType(int size) : NativeType
    {
        public override NativeColumn ReadData(NativeCursor cursor, int rows) => new FixedColumn(cursor.Bytes, cursor.Skip(checked(size * rows)), size, rows);
    }

    private sealed class StringType : NativeType
    {
        public override NativeColumn ReadData(NativeCursor cursor, int rows)
        {
            var starts = new int[rows];
            var lengths = new int[rows];
            for (var i = 0; i < rows; i++)
            {
                lengths[i] = cursor.Int();
                starts[i] = cursor.Skip(lengths[i]);
            }

            return new StringColumn(cursor.Bytes, starts, lengths);
        }
    }

    private sealed class LowCardinalityType(NativeType keys) : NativeType
    {
        private const ulong IndexWidthMask = 0xFF;

        public override void ReadHeader(NativeCursor cursor)
        {
            var version = cursor.UInt64();
            if (version != 1)
            {
                throw new InvalidDataException($"Low-cardinality version {version} is not known to the reader.");
            }
        }

        public override NativeColumn ReadData(NativeCursor cursor, int rows)
        {
            var inner = keys is NullableType nullable ? nullable.Inner : keys;
            if (rows == 0)
            {
                return new LowCardinalityColumn(inner.ReadData(cursor, 0), []);
            }

            var width = 1 << (int)(cursor.UInt64() & IndexWidthMask);
            var keyColumn = inner.ReadData(cursor, checked((int)cursor.UInt64()));
            var count = checked((int)cursor.UInt64());
            var start = cursor.Skip(checked(count * width));
            var indexes = new int[count];
            for (var i = 0; i < count; i++)
            {
                var at = start + (i * width);
                indexes[i] = width switch
                {
                    1 => cursor.Bytes[at],
                    2 => BitConverter.ToUInt16(cursor.Bytes, at),
                    4 => checked((int)BitConverter.ToUInt32(cursor.Bytes, at)),
                    _ => checked((int)BitConverter.ToUInt64(cursor.Bytes, at)),
                };
            }

            return new LowCardinalityColumn(keyColumn, indexes);
        }
    }

    private sealed class ArrayType(NativeType elements) : NativeType
    {
        public override void ReadHeader(NativeCursor cursor) => elements.ReadHeader(cursor);

        public override NativeColumn ReadData(NativeCursor cursor, int rows)
        {
            var ends = new int[rows];
            for (var i = 0; i < rows; i++)
            {
                ends[i] = checked((int)cursor.UInt64());
            }

            return new ArrayColumn(ends, elements.ReadData(cursor, rows == 0 ? 0 : ends[^1]));
        }
    }

    private sealed class TupleType(NativeType[] parts) : NativeType
    {
        public override void ReadHeader(NativeCursor cursor)
        {
            foreach (var part in parts)
            {
                part.ReadHeader(cursor);
            }
        }

        public override NativeColumn ReadData(NativeCursor cursor, int rows) => new TupleColumn([.. parts.Select(part => part.ReadData(cursor, rows))]);
    }

    private sealed class NullableType(NativeType inner) : NativeType
    {
        public NativeType Inner => inner;

        public override void ReadHeader(NativeCursor cursor) => inner.ReadHeader(cursor);

        public override NativeColumn ReadData(NativeCursor cursor, int rows)
        {
            var nulls = new FixedColumn(cursor.Bytes, cursor.Skip(rows), 1, rows);
            return new NullableColumn(nulls, inner.ReadData(cursor, rows));
        }
    }
}
