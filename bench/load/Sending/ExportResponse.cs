namespace Clew.Load.Sending;

/// <summary>Reads <c>Export*ServiceResponse</c>: <c>partial_success = 1 { rejected = 1; error_message = 2 }</c> in all three signals, and <c>google.rpc.Status</c>.</summary>
internal static class ExportResponse
{
    /// <summary>The count and words of a partial success; zero and null when there is none or the bytes are no such message.</summary>
    public static (long Rejected, string? Message) ReadPartialSuccess(ReadOnlySpan<byte> body)
    {
        var reader = new FieldReader(body);
        while (reader.Next())
        {
            if (reader.Field != 1 || !reader.IsBytes)
                continue;
            var rejected = 0L;
            string? message = null;
            var inner = new FieldReader(reader.Bytes);
            while (inner.Next())
            {
                if (inner.Field == 1 && !inner.IsBytes)
                    rejected = (long)inner.Number;
                else if (inner.Field == 2 && inner.IsBytes)
                    message = System.Text.Encoding.UTF8.GetString(inner.Bytes);
            }

            return (rejected, message);
        }

        return (0, null);
    }

    /// <summary>The message of a <c>google.rpc.Status</c>, or the text itself when it is none.</summary>
    public static string ReadStatusMessage(ReadOnlySpan<byte> body)
    {
        var reader = new FieldReader(body);
        while (reader.Next())
        {
            if (reader.Field == 2 && reader.IsBytes)
                return System.Text.Encoding.UTF8.GetString(reader.Bytes);
        }

        return System.Text.Encoding.UTF8.GetString(body);
    }

    /// <summary>The delay of a <c>google.rpc.RetryInfo</c> among a status's details.</summary>
    public static TimeSpan? ReadRetryDelay(ReadOnlySpan<byte> status)
    {
        var reader = new FieldReader(status);
        while (reader.Next())
        {
            if (reader.Field != 3 || !reader.IsBytes)
                continue;
            var any = new FieldReader(reader.Bytes);
            var isRetryInfo = false;
            while (any.Next())
            {
                if (any.Field == 1 && any.IsBytes)
                    isRetryInfo = any.Bytes.EndsWith("google.rpc.RetryInfo"u8);
                else if (any.Field == 2 && any.IsBytes && isRetryInfo)
                    return ReadDuration(any.Bytes);
            }
        }

        return null;
    }

    private static TimeSpan? ReadDuration(ReadOnlySpan<byte> retryInfo)
    {
        var info = new FieldReader(retryInfo);
        while (info.Next())
        {
            if (info.Field != 1 || !info.IsBytes)
                continue;
            var delay = TimeSpan.Zero;
            var duration = new FieldReader(info.Bytes);
            while (duration.Next())
                delay += duration.Field == 1 ? TimeSpan.FromSeconds(duration.Number) : TimeSpan.FromMicroseconds(duration.Number / 1000.0);
            return delay;
        }

        return null;
    }

    /// <summary>Walks the fields of a protobuf message; stops at the first malformed one.</summary>
    private ref struct FieldReader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public int Field { get; private set; }

        public bool IsBytes { get; private set; }

        public ulong Number { get; private set; }

        public ReadOnlySpan<byte> Bytes { get; private set; }

        public bool Next()
        {
            if (!Varint(out var tag))
                return false;
            Field = (int)(tag >> 3);
            IsBytes = false;
            switch (tag & 7)
            {
                case 0:
                    if (!Varint(out var number))
                        return false;
                    Number = number;
                    return true;
                case 1:
                    return Skip(8);
                case 2:
                    if (!Varint(out var size) || size > (ulong)_rest.Length)
                        return false;
                    IsBytes = true;
                    Bytes = _rest[..(int)size];
                    return Skip((int)size);
                case 5:
                    return Skip(4);
                default:
                    return false;
            }
        }

        private bool Skip(int bytes)
        {
            if (bytes > _rest.Length)
                return false;
            _rest = _rest[bytes..];
            return true;
        }

        private bool Varint(out ulong value)
        {
            value = 0;
            for (var i = 0; i < 10 && i < _rest.Length; i++)
            {
                value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
                if (_rest[i] < 0x80)
                    return Skip(i + 1);
            }

            return false;
        }
    }
}
