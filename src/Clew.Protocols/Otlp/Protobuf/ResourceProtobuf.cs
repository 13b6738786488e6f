using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Protobuf;

/// <summary>How one span or log record is read. A type and not a delegate, so that the walk around it is compiled for it.</summary>
internal interface IProtobufRecord<in TBatch>
{
    static abstract void Read(ref ProtobufReader reader, TBatch batch, DecodeState state);
}

/// <summary>
/// Reads resources, scopes and attribute lists. A resource or scope is never refused, since many records hang on it: an attribute of it that
/// breaks a rule is left out, counted as dropped and told as a warning.
/// </summary>
internal static class ResourceProtobuf
{
    /// <summary>Walks through a request of records: resources, below them scopes, below them the records. Their order within a group may be any.</summary>
    public static void ReadGroups<TBatch, TRecord>(ref ProtobufReader reader, TBatch batch, DecodeState state)
        where TBatch : RecordBatch
        where TRecord : struct, IProtobufRecord<TBatch>
    {
        while (reader.NextField(OtlpTags.Request.Resources))
        {
            ReadResourceGroup<TBatch, TRecord>(ref reader, batch, state);
        }
    }

    /// <summary>Adds an attribute of a record. One that breaks a rule is a reason to refuse the record.</summary>
    public static void ReadRecordAttribute(ref ProtobufReader reader, TelemetryBatch batch, AttributeLists lists, DecodeState state, ref int count)
    {
        if (++count > state.Limits.MaxAttributes)
        {
            state.Refuse(DecodeIssue.TooManyAttributes);
            reader.ReadBytes();
            return;
        }

        var issue = ValueProtobuf.ReadAttribute(ref reader, batch, lists, state);
        if (issue != DecodeIssue.None)
        {
            state.Refuse(issue);
        }
    }

    /// <summary>Adds an attribute that is shared by many records.</summary>
    /// <returns>How many were left out: 0 or 1.</returns>
    public static uint ReadSharedAttribute(ref ProtobufReader reader, TelemetryBatch batch, AttributeLists lists, DecodeState state, ref int count)
    {
        DecodeIssue issue;
        if (++count > state.Limits.MaxAttributes)
        {
            reader.ReadBytes();
            issue = DecodeIssue.TooManyAttributes;
        }
        else
        {
            issue = ValueProtobuf.ReadAttribute(ref reader, batch, lists, state);
        }

        if (issue == DecodeIssue.None)
        {
            return 0;
        }

        state.LeaveOut(issue);
        return 1;
    }

    /// <summary>Reads a Resource message at the position into the open resource of the batch.</summary>
    public static void ReadResource(ref ProtobufReader reader, TelemetryBatch batch, DecodeState state, ref SharedRow row)
    {
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Resource.Attributes:
                    row.LeftOut += ReadSharedAttribute(ref reader, batch, batch.Resources.Attributes, state, ref row.Attributes);
                    break;
                case OtlpTags.Resource.DroppedAttributes:
                    row.DroppedAttributes = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
    }

    /// <summary>Reads an InstrumentationScope message at the position into the open scope of the batch.</summary>
    public static void ReadScope(ref ProtobufReader reader, TelemetryBatch batch, DecodeState state, ref SharedRow row)
    {
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Scope.Name:
                    row.Name = batch.Dictionary.Add(state.SharedText(reader.ReadBytes()));
                    break;
                case OtlpTags.Scope.Version:
                    row.Version = batch.Dictionary.Add(state.SharedText(reader.ReadBytes()));
                    break;
                case OtlpTags.Scope.Attributes:
                    row.LeftOut += ReadSharedAttribute(ref reader, batch, batch.Scopes.Attributes, state, ref row.Attributes);
                    break;
                case OtlpTags.Scope.DroppedAttributes:
                    row.DroppedAttributes = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
    }

    private static void ReadResourceGroup<TBatch, TRecord>(ref ProtobufReader reader, TBatch batch, DecodeState state)
        where TBatch : RecordBatch
        where TRecord : struct, IProtobufRecord<TBatch>
    {
        var resource = default(SharedRow);
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.ResourceGroup.Resource:
                    ReadResource(ref reader, batch, state, ref resource);
                    break;
                case OtlpTags.ResourceGroup.Scopes:
                    ReadScopeGroup<TBatch, TRecord>(ref reader, batch, state);
                    break;
                case OtlpTags.ResourceGroup.SchemaUrl:
                    resource.SchemaUrl = batch.Arena.Add(state.SharedText(reader.ReadBytes()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        resource.EndResourceOfRows(batch);
    }

    private static void ReadScopeGroup<TBatch, TRecord>(ref ProtobufReader reader, TBatch batch, DecodeState state)
        where TBatch : RecordBatch
        where TRecord : struct, IProtobufRecord<TBatch>
    {
        var scope = default(SharedRow);
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.ScopeGroup.Scope:
                    ReadScope(ref reader, batch, state, ref scope);
                    break;
                case OtlpTags.ScopeGroup.Items:
                    TRecord.Read(ref reader, batch, state);
                    break;
                case OtlpTags.ScopeGroup.SchemaUrl:
                    scope.SchemaUrl = batch.Arena.Add(state.SharedText(reader.ReadBytes()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        scope.EndScopeOfRows(batch);
    }
}
