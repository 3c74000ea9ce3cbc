# Sourced by install.sh. OpenSearch: its archives from Maven's registry, with a small program that starts one node of them
# (no security plugin, no index state management). A folder of archives, for Java's class path.

OPENSEARCH_COPY=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies
# SHA-256 of the list of all archives and their SHA-256: Maven has no lock file.
OPENSEARCH_SUM=e1a38ccda4b7f5c28e594edc3e6070bddc8614e29fe2f630301cbe92fca3e0d9

opensearch_build() {
  local out="$1" sum
  cp "$TOOLS_DIR/opensearch-pom.xml" "$out/pom.xml" &&
    (cd "$out" && retry mvn --batch-mode --no-transfer-progress "$OPENSEARCH_COPY" -DincludeScope=runtime -DoutputDirectory="$out/lib") &&
    sum="$(cd "$out/lib" && LC_ALL=C sha256sum ./*.jar | sed 's# \./# #' | sha256sum | cut -d' ' -f1)" &&
    { [ "$sum" = "$OPENSEARCH_SUM" ] || { say "the archives are others than they were: $sum"; false; }; } &&
    rm "$out/pom.xml"
}

install_opensearch() {
  need java "install a Java 17 runtime or later (Debian: openjdk-17-jre-headless)"
  need mvn "install Maven 3.8 or later (Debian: maven)"
  cached "opensearch-$({ echo "$OPENSEARCH_COPY $OPENSEARCH_SUM"; cat "$TOOLS_DIR/opensearch-pom.xml"; } | key)" opensearch_build
}
