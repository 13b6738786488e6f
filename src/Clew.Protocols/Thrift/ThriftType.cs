namespace Clew.Protocols.Thrift;

/// <summary>Thrift's types with the numbers of its binary encoding.</summary>
internal enum ThriftType : byte
{
    /// <summary>No type: the end of a struct's fields.</summary>
    Stop = 0,
    Bool = 2,
    Byte = 3,
    Double = 4,
    Int16 = 6,
    Int32 = 8,
    Int64 = 10,

    /// <summary>Texts and bytes alike.</summary>
    Binary = 11,
    Struct = 12,
    Map = 13,
    Set = 14,
    List = 15,
}

/// <summary>A field's number and type.</summary>
internal readonly record struct ThriftField(short Id, ThriftType Type)
{
    public bool Is(short id, ThriftType type) => Id == id && Type == type;
}
