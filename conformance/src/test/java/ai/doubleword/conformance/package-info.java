/// `com.openai:openai-java`, unmodified, against a running server.
@org.jspecify.annotations.NullMarked
package ai.doubleword.conformance;
