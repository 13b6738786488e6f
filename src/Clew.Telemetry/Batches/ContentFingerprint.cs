using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Clew.Telemetry;

/// <summary>
/// A 64-bit name for attribute content: the first eight bytes of SHA-256 over the entries sorted by key. With a billion different contents the
/// chance of any two meeting is about 3 %; a meeting would show one series or resource under another's name.
/// </summary>
internal static class ContentFingerprint
{
    [ThreadStatic]
    private static Column<byte>? scratch;

    [ThreadStatic]
    private static Column<int>? order;

    public static ulong Of(TelemetryBatch batch, AttributeLists lists, int list, uint number, params ReadOnlySpan<TextRef> texts)
    {
        var bytes = scratch ??= new Column<byte>();
        bytes.Clear();
        MemoryMarshal.Write(bytes.Append(sizeof(uint)), in number);
        foreach (var text in texts)
        {
            Append(bytes, batch.Arena.Get(text));
        }

        foreach (var entry in SortedByKey(batch, lists, list))
        {
            Append(bytes, batch.Dictionary.Get(lists.Keys[entry]));
            bytes.Add((byte)lists.Types[entry]);
            Append(bytes, batch.Arena.Get(lists.Values[entry]));
        }

        return Hash(bytes.Values);
    }

    public static ulong Combine(ulong first, ulong second, ulong third)
    {
        Span<ulong> all = [first, second, third];
        return Hash(MemoryMarshal.AsBytes(all));
    }

    private static ReadOnlySpan<int> SortedByKey(TelemetryBatch batch, AttributeLists lists, int list)
    {
        var entries = order ??= new Column<int>();
        entries.Clear();
        for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
        {
            // Insertion sort: lists are short and nearly always arrive in one fixed order.
            entries.Add(entry);
            var place = entries.Count - 1;
            var key = batch.Dictionary.Get(lists.Keys[entry]);
            while (place > 0 && batch.Dictionary.Get(lists.Keys[entries[place - 1]]).SequenceCompareTo(key) > 0)
            {
                entries[place] = entries[place - 1];
                place--;
            }

            entries[place] = entry;
        }

        return entries.Values;
    }

    private static void Append(Column<byte> to, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.Append(sizeof(int)), bytes.Length);
        to.AddRange(bytes);
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
