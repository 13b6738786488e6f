namespace Clew.Protocols.Thrift;

/// <summary>How Thrift's structures become bytes: both are in the Thrift repository's <c>doc/specs</c>.</summary>
public enum ThriftEncoding
{
    /// <summary>TBinaryProtocol: big-endian numbers of fixed size.</summary>
    Binary,

    /// <summary>TCompactProtocol: variable-length numbers, field numbers as differences.</summary>
    Compact,
}
