using System.Net;

namespace Shop.Services;

/// <summary>When a request is sent again, and after how long: <paramref name="MaxRetries"/> times, the pause doubling each time.</summary>
internal sealed record RetryPolicy(int MaxRetries, TimeSpan FirstPause)
{
    /// <summary>Whether the answer may be different next time: no answer at all (null), too busy, or the server's own fault.</summary>
    public static bool IsTransient(HttpStatusCode? status) => status is null or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    /// <summary>The pause before the retry of that number (1 is the first), or null when it was the last.</summary>
    public TimeSpan? PauseBefore(int retry) => retry >= 1 && retry <= MaxRetries ? FirstPause * Math.Pow(2, retry - 1) : null;
}
