using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Services;

/// <summary>Issues and checks bearer tokens: <c>user.expiry.signature</c>, signed with HMAC-SHA256.</summary>
internal static partial class Auth
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static void AddServices(IServiceCollection services) => services.AddSingleton<TokenMint>();

    public static void Map(WebApplication app, Faults faults)
    {
        var mint = app.Services.GetRequiredService<TokenMint>();
        faults.Add("rotate-key", "the signing key is replaced at once, with no time for both: tokens issued before are refused", _ => mint.RotateKey());
        app.MapPost("/tokens", (LoginRequest login, ILogger<Program> logger) =>
        {
            Activity.Current?.SetTag("user.id", login.User);
            if (login.Password != LoginRequest.CustomersPassword)
            {
                LoginFailed(logger, login.User);
                return Results.Unauthorized();
            }

            LoggedIn(logger, login.User);
            return Results.Ok(new TokenResponse(mint.Issue(login.User)));
        });
        app.MapPost("/tokens/check", (TokenResponse token, ILogger<Program> logger) =>
        {
            if (mint.Check(token.Token, out var reason) is { } user)
            {
                return Results.Ok(new TokenCheck(user));
            }

            Refused(logger, reason);
            return Results.Unauthorized();
        });
    }

    internal sealed class TokenMint(TimeProvider time)
    {
        private volatile byte[] _key = RandomNumberGenerator.GetBytes(32);

        public void RotateKey() => _key = RandomNumberGenerator.GetBytes(32);

        public string Issue(string user)
        {
            var claims = string.Create(CultureInfo.InvariantCulture, $"{user}.{(time.GetUtcNow() + Lifetime).ToUnixTimeSeconds()}");
            return $"{claims}.{Sign(claims)}";
        }

        /// <summary>The user a token was issued to, or null and the reason why it is refused.</summary>
        public string? Check(string token, out string reason)
        {
            reason = "malformed";
            var last = token.LastIndexOf('.');
            if (token.Split('.') is not [var user, var expiry, var signature] || !long.TryParse(expiry, CultureInfo.InvariantCulture, out var seconds))
            {
                return null;
            }

            reason = "bad signature";
            if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(token[..last])), Encoding.ASCII.GetBytes(signature)))
            {
                return null;
            }

            reason = "expired";
            return time.GetUtcNow().ToUnixTimeSeconds() < seconds ? user : null;
        }

        private string Sign(string claims) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(claims)));
    }

    [LoggerMessage(LogLevel.Warning, "Login of {UserId} failed: wrong password")]
    private static partial void LoginFailed(ILogger logger, string userId);

    [LoggerMessage(LogLevel.Information, "Login of {UserId} succeeded")]
    private static partial void LoggedIn(ILogger logger, string userId);

    [LoggerMessage(LogLevel.Warning, "Token refused: {Reason}")]
    private static partial void Refused(ILogger logger, string reason);
}
