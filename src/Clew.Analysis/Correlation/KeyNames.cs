using System.Collections.Frozen;

namespace Clew.Analysis.Correlation;

/// <summary>What names say about the values that stand behind them, in attributes and in text. Case, dashes, underscores, dots and spaces do not count.</summary>
internal static class KeyNames
{
    private static readonly FrozenDictionary<string, KeyKind> Known = Table(
        (KeyKind.Trace, ["traceid", "ddtraceid", "xb3traceid", "b3traceid", "otraceid", "traceparent", "xcloudtracecontext", "amzntraceid", "xamzntraceid"]),
        (KeyKind.Request,
        [
            "requestid", "reqid", "xrequestid", "correlationid", "xcorrelationid", "corrid", "activityid", "operationid", "httprequestid", "httprequestheaderxrequestid",
            "httprequestheaderxcorrelationid", "messageid", "msgid", "xamznrequestid", "awsrequestid", "transactionid", "txid", "txnid",
        ]),
        (KeyKind.Session, ["sessionid", "jsessionid", "phpsessid", "xsessionid", "visitid", "connectionid"]),
        (KeyKind.User, ["userid", "user", "uid", "username", "accountid", "customerid", "enduserid", "useremail", "principal", "tenantuserid"]),
        (KeyKind.Address, ["ip", "clientip", "clientaddress", "remoteaddr", "remoteaddress", "remoteip", "sourceip", "srcip", "xforwardedfor", "xrealip", "httpclientip", "netpeerip", "networkpeeraddress"]));

    /// <summary>A name longer than this is none.</summary>
    public const int MaxLength = 48;

    /// <summary>Null when values of this name join nothing.</summary>
    public static KeyKind? KindOf(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return null;
        }

        Span<char> plain = stackalloc char[MaxLength];
        var length = 0;
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                plain[length++] = char.ToLowerInvariant(c);
            }
        }

        var word = plain[..length];
        if (Known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var kind))
        {
            return kind;
        }

        // An order's id, a job's id: whatever ends like an id and is not the id of where the code runs.
        return length > 3 && word.EndsWith("id") && !IsPlace(word) ? KeyKind.Entity : null;
    }

    private static bool IsPlace(ReadOnlySpan<char> word) =>
        word is "spanid" or "parentid" or "parentspanid" or "threadid" or "processid" or "ppid" or "podid" or "poduid" or "containerid" or "hostid" or "nodeid" or "instanceid" or "serviceinstanceid"
            or "eventid" or "buildid" or "groupid" or "clientid" or "valid" or "invalid" or "void" or "grid" or "paid" or "avoid" or "android";

    private static FrozenDictionary<string, KeyKind> Table(params (KeyKind Kind, string[] Names)[] rows) =>
        rows.SelectMany(row => row.Names.Select(name => KeyValuePair.Create(name, row.Kind))).ToFrozenDictionary(StringComparer.Ordinal);
}
