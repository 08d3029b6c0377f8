package ai.doubleword.docs;

import java.util.Locale;

/// A language that samples are written in.
public enum Language {
    CURL("cURL", "sh", "", "Needs nothing but curl."),
    PYTHON("Python", "py", "pip install openai", ""),
    JAVASCRIPT("JavaScript", "mjs", "npm install openai", ""),
    JAVA("Java", "java", "com.openai:openai-java", "on the class path; run the file with java."),
    GO("Go", "go", "go get github.com/openai/openai-go/v3", "");

    private final String label;
    private final String ending;
    private final String install;
    private final String remark;

    Language(String label, String ending, String install, String remark) {
        this.label = label;
        this.ending = ending;
        this.install = install;
        this.remark = remark;
    }

    /// What stands on its tab.
    public String label() {
        return label;
    }

    /// What the names of its files end with.
    public String ending() {
        return ending;
    }

    /// What brings the client's library; empty where none is needed.
    public String install() {
        return install;
    }

    /// What else is to be known of running it; may be empty.
    public String remark() {
        return remark;
    }

    /// What stands in addresses and cookies.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Its colouring, in the word of the console's code component.
    public String colouring() {
        return this == CURL ? "sh" : wire();
    }

    /// The language of a name; Python, which most start with, for every other text.
    public static Language of(String wire) {
        for (Language language : values()) {
            if (language.wire().equals(wire)) {
                return language;
            }
        }
        return PYTHON;
    }
}
