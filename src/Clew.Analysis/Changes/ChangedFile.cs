namespace Clew.Analysis.Changes;

/// <summary>What a file is for, by its name: what it can do to a running service follows.</summary>
internal enum FileRole
{
    Code,
    Configuration,
    Schema,
    Dependencies,
    Appearance,

    /// <summary>Tests, documentation, build pipelines: nothing of it runs in production.</summary>
    Inert,
}

/// <summary>Judges files of a change by their names. Names are habits of many languages, none of a particular system.</summary>
internal static class ChangedFile
{
    private static readonly string[] InertParts =
    [
        "/test/", "/tests/", "/__tests__/", "/testdata/", "/fixtures/", "/docs/", "/doc/", "/documentation/", "/.github/", "/.circleci/", "/.gitlab/", "/examples/", "_test.", ".test.", ".spec.", "/staging/",
        "codeowners", "readme", "changelog", "license", "contributing", ".golangci", ".eslintrc", ".editorconfig", ".prettierrc", ".gitignore", ".gitlab-ci", "jenkinsfile",
    ];

    private static readonly string[] DependencyNames =
    [
        "go.mod", "go.sum", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "pom.xml", "build.gradle", "requirements.txt", "poetry.lock", "pyproject.toml", "cargo.toml", "cargo.lock",
        "gemfile", "gemfile.lock", "composer.json", "composer.lock", "directory.packages.props", "packages.lock.json",
    ];

    public static FileRole RoleOf(string path)
    {
        var file = "/" + path.ToLowerInvariant();
        var name = file[(file.LastIndexOf('/') + 1)..];
        if (InertParts.Any(part => file.Contains(part, StringComparison.Ordinal)) || Ends(name, ".md", ".rst", ".adoc"))
        {
            return FileRole.Inert;
        }

        return true switch
        {
            _ when DependencyNames.Contains(name) || Ends(name, ".csproj") => FileRole.Dependencies,
            _ when Ends(name, ".css", ".scss", ".less", ".svg", ".png", ".jpg", ".ico", ".woff2", ".html") => FileRole.Appearance,
            _ when Ends(name, ".sql") || file.Contains("/migrations/", StringComparison.Ordinal) => FileRole.Schema,
            _ when Ends(name, ".yaml", ".yml", ".toml", ".ini", ".conf", ".cfg", ".properties", ".env", ".tf", ".hcl", ".json", ".xml") => FileRole.Configuration,
            _ => FileRole.Code,
        };
    }

    /// <summary>Whether the folders of a path name a service, by whole words or by the beginning of its name.</summary>
    public static bool Names(string path, string service)
    {
        var core = Words.OfName(service);
        foreach (var folder in path.Split('/')[..^1])
        {
            foreach (var word in Words.OfName(folder))
            {
                if (core.Any(c => c == word || (word.Length >= 4 && (c.StartsWith(word, StringComparison.Ordinal) || word.StartsWith(c, StringComparison.Ordinal) && c.Length >= 4))))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Ends(string name, params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
