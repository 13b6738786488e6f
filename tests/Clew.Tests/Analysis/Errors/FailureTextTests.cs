using Clew.Analysis.Errors;

namespace Clew.Tests.Analysis.Errors;

public sealed class FailureTextTests
{
    [Theory]
    [InlineData("connect ECONNREFUSED 10.0.1.5:5432", nameof(FailureCause.Refused))]
    [InlineData("dial tcp 10.0.0.1:443: i/o timeout", nameof(FailureCause.TimedOut))]
    [InlineData("dial tcp: lookup pay on 10.96.0.10:53: no such host", nameof(FailureCause.Name))]
    [InlineData("java.net.UnknownHostException: pay", nameof(FailureCause.Name))]
    [InlineData("System.Net.Sockets.SocketException: No connection could be made because the target machine actively refused it", nameof(FailureCause.Refused))]
    [InlineData("tls: failed to verify certificate: x509: certificate has expired or is not yet valid", nameof(FailureCause.Certificate))]
    [InlineData("HikariPool-1 - Connection is not available, request timed out after 30000ms", nameof(FailureCause.Pool))]
    [InlineData("FATAL: remaining connection slots are reserved", nameof(FailureCause.Pool))]
    [InlineData("Polly.CircuitBreaker.BrokenCircuitException", nameof(FailureCause.CircuitOpen))]
    [InlineData("Lock wait timeout exceeded; try restarting transaction", nameof(FailureCause.Lock))]
    [InlineData("accept tcp [::]:8080: accept4: too many open files", nameof(FailureCause.Descriptors))]
    [InlineData("read: connection reset by peer", nameof(FailureCause.Reset))]
    [InlineData("no route to host", nameof(FailureCause.NoRoute))]
    [InlineData("order 7 not found", nameof(FailureCause.Unknown))]
    [InlineData("", nameof(FailureCause.Unknown))]
    public void Words_tell_where_a_call_failed(string text, string cause) => FailureText.Of(text).ToString().ShouldBe(cause);
}
