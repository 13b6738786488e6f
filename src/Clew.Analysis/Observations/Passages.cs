using System.Text.RegularExpressions;

namespace Clew.Analysis.Observations;

/// <summary>Things that only pass requests on, by the words that clouds and operators call them by.</summary>
internal static partial class Passages
{
    public static bool IsPassage(string name) => Word().IsMatch(name);

    [GeneratedRegex(@"(^|[^a-z])(elb|alb|nlb|lb|load[-_]?balancer|ingress|proxy|haproxy|envoy|nginx|traefik|gateway|cloudfront|cdn)([^a-z]|$)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Word();
}
