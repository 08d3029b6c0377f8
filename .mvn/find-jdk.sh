# Sourced by ./mvnw and ./doubleword: sets JAVA_HOME to a JDK 25 or newer, or says in two lines what to install.
jdk_major() {
    [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}
is_jdk_25() {
    major=$(jdk_major "$1") && [ -n "$major" ] && [ "$major" -ge 25 ]
}
find_jdk() {
    if [ -n "${JAVA_HOME:-}" ] && is_jdk_25 "$JAVA_HOME"; then return 0; fi
    if command -v javac >/dev/null 2>&1; then
        on_path=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
        if is_jdk_25 "$on_path"; then JAVA_HOME=$on_path; return 0; fi
    fi
    # Debian, SDKMAN, Homebrew (Apple silicon, Intel, Linux), macOS
    for candidate in /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if is_jdk_25 "$candidate"; then JAVA_HOME=$candidate; return 0; fi
    done
    return 1
}
find_jdk || {
    echo "Doubleword needs a JDK 25, and none was found in JAVA_HOME, on the path, or where systems keep them." >&2
    echo "Install one: apt install openjdk-25-jdk, brew install openjdk@25, or sdk install java 25-tem." >&2
    exit 1
}
export JAVA_HOME
