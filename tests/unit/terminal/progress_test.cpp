#include <doctest/doctest.h>
#include <unistd.h>

#include "terminal/progress.hpp"

using namespace connprobe::terminal;
using namespace std::chrono_literals;

namespace {

/// What a ProgressLine has written.
class Pipe {
public:
    Pipe() { REQUIRE(::pipe(ends_) == 0); }
    ~Pipe() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    [[nodiscard]] int in() const { return ends_[1]; }
    [[nodiscard]] std::string take() const {
        REQUIRE(::write(ends_[1], "$", 1) == 1);
        std::string text(4096, '\0');
        const auto size = ::read(ends_[0], text.data(), text.size());
        return text.substr(0, static_cast<std::size_t>(size) - 1);
    }

private:
    int ends_[2];
};

}  // namespace

TEST_CASE("the progress line says how far the run is and how long it may take") {
    CHECK(progress_text({412, 2'000, 13, 50, 1s}, 80) == "412/2000 done, 13 down, 50 in flight, 4 s left");
    CHECK(progress_text({0, 5, 0, 5, 400ms}, 80) == "0/5 done, 0 down, 5 in flight");
    CHECK(progress_text({5, 5, 1, 0, 1s}, 80) == "5/5 done, 1 down, 0 in flight");
    CHECK(progress_text({1, 100, 0, 1, 10s}, 80) == "1/100 done, 0 down, 1 in flight, 17 min left");
    CHECK(progress_text({1, 1'000, 0, 1, 10s}, 80) == "1/1000 done, 0 down, 1 in flight, 3 h left");
}

TEST_CASE("the progress line is never wider than the terminal") {
    for (std::size_t columns = 0; columns < 60; ++columns) {
        CHECK(progress_text({412, 2'000, 13, 50, 1s}, columns).size() <= columns);
    }
    CHECK(progress_text({412, 2'000, 13, 50, 1s}, 30) == "412/2000 done, 13 down");
}

TEST_CASE("progress is shown where somebody looks, or as asked") {
    CHECK(use_progress(When::automatic, "xterm", true));
    CHECK(!use_progress(When::automatic, "xterm", false));
    CHECK(!use_progress(When::automatic, "dumb", true));
    CHECK(use_progress(When::always, "dumb", false));
    CHECK(!use_progress(When::never, "xterm", true));
}

TEST_CASE("the progress line waits 300 ms, draws ten times a second at most, and erases itself") {
    const Pipe pipe;
    {
        ProgressLine line(pipe.in(), true);
        line.show({1, 9, 0, 2, 299ms});
        CHECK(pipe.take().empty());
        line.show({1, 9, 0, 2, 300ms});
        CHECK(pipe.take() == "\r\x1b[K1/9 done, 0 down, 2 in flight, 3 s left");
        line.show({2, 9, 0, 2, 350ms});
        CHECK(pipe.take().empty());
        line.show({3, 9, 0, 2, 400ms});
        CHECK(pipe.take() == "\r\x1b[K3/9 done, 0 down, 2 in flight, 1 s left");
        line.erase();
        CHECK(pipe.take() == "\r\x1b[K");
        line.erase();
        CHECK(pipe.take().empty());
        line.show({4, 9, 0, 2, 500ms});
        CHECK(!pipe.take().empty());
    }
    CHECK(pipe.take() == "\r\x1b[K");
}

TEST_CASE("a progress line that nobody wants writes nothing") {
    const Pipe pipe;
    ProgressLine line(pipe.in(), false);
    line.show({1, 9, 0, 2, 1s});
    line.erase();
    CHECK(pipe.take().empty());
}
