// Runs the unit tests and prints TAP (https://testanything.org), one line a test case, for prove.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <iostream>
#include <sstream>
#include <string>

namespace {

class TapReporter : public doctest::IReporter {
public:
    explicit TapReporter(const doctest::ContextOptions& options) : out_(*options.cout) {}

    void test_case_start(const doctest::TestCaseData& test) override {
        test_ = &test;
        diagnostics_.str("");
    }

    void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
        const bool passed = stats.failure_flags == 0;
        out_ << (passed ? "ok " : "not ok ") << ++count_ << " - " << plain(test_->m_name) << "\n";
        if (!passed) {
            print_diagnostics();
        }
        out_ << std::flush;
    }

    void test_case_exception(const doctest::TestCaseException& exception) override {
        diagnostics_ << test_->m_file.c_str() << ":" << test_->m_line << ": "
                     << exception.error_string.c_str() << "\n";
    }

    void log_assert(const doctest::AssertData& assertion) override {
        if (!assertion.m_failed) {
            return;
        }
        diagnostics_ << assertion.m_file << ":" << assertion.m_line << ": "
                     << doctest::assertString(assertion.m_at) << "(" << assertion.m_expr << ")\n";
        if (assertion.m_threw) {
            diagnostics_ << "threw: " << assertion.m_exception.c_str() << "\n";
        } else {
            diagnostics_ << "values: " << assertion.m_decomp.c_str() << "\n";
        }
        log_contexts();
    }

    void log_message(const doctest::MessageData& message) override {
        diagnostics_ << message.m_file << ":" << message.m_line << ": " << message.m_string.c_str()
                     << "\n";
        log_contexts();
    }

    void test_run_end(const doctest::TestRunStats&) override {
        out_ << "1.." << count_ << "\n" << std::flush;
    }

    void report_query(const doctest::QueryData& query) override {
        for (unsigned i = 0; i < query.num_data; ++i) {
            out_ << query.data[i]->m_name << "\n";
        }
    }

    void test_run_start() override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}

private:
    // A "#" would start a directive such as "# SKIP".
    static std::string plain(std::string name) {
        for (char& c : name) {
            c = c == '#' || c == '\n' ? ' ' : c;
        }
        return name;
    }

    // What INFO and CAPTURE said.
    void log_contexts() {
        const auto* const* contexts = get_active_contexts();
        for (int i = 0; i < get_num_active_contexts(); ++i) {
            contexts[i]->stringify(&diagnostics_);
            diagnostics_ << "\n";
        }
    }

    void print_diagnostics() {
        std::istringstream lines(diagnostics_.str());
        for (std::string line; std::getline(lines, line);) {
            out_ << "# " << line << "\n";
        }
    }

    std::ostream& out_;
    const doctest::TestCaseData* test_ = nullptr;
    std::ostringstream diagnostics_;
    int count_ = 0;
};

REGISTER_REPORTER("tap", 0, TapReporter);

}  // namespace

int main(int argc, char** argv) {
    doctest::Context context;
    context.setOption("reporters", "tap");
    context.applyCommandLine(argc, argv);
    return context.run();
}
