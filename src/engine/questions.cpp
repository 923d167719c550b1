#include "engine/questions.hpp"

#include <algorithm>

namespace connprobe::engine {

QuestionTable::Joined QuestionTable::join(const std::string& name, AddressFamily family, bool fresh,
                                          std::shared_ptr<net::Waiter> waiter) {
    const std::lock_guard lock{mutex_};
    auto& question = questions_[{name, family}];
    const bool usable = question && (question->state == Question::State::open ||
                                     (question->state == Question::State::answered && !fresh));
    if (!usable) {
        question = std::make_shared<Question>();
        question->name = name;
        question->family = family;
    }
    if (question->state == Question::State::open) question->waiters.push_back(std::move(waiter));
    return {question, !usable};
}

void QuestionTable::leave(Question& question, const net::Waiter& waiter) {
    const std::lock_guard lock{mutex_};
    std::erase_if(question.waiters, [&](const auto& one) { return one.get() == &waiter; });
    if (!question.waiters.empty() || question.state != Question::State::open || !question.asker) return;
    question.unwanted = true;
    question.asker->wake();
}

void QuestionTable::set_asker(Question& question, std::shared_ptr<net::Waiter> asker) {
    const std::lock_guard lock{mutex_};
    question.asker = std::move(asker);
}

void QuestionTable::settle(Question& question, std::optional<net::Answer> answer) {
    const std::lock_guard lock{mutex_};
    if (question.state != Question::State::open) return;
    question.state = answer ? Question::State::answered : Question::State::abandoned;
    if (answer) question.answer = std::make_shared<const net::Answer>(std::move(*answer));
    question.asker.reset();
    // Whoever is still in the list has not left, so its loop is still there.
    for (const auto& waiter : std::exchange(question.waiters, {})) waiter->wake();
}

std::pair<Question::State, std::shared_ptr<const net::Answer>> QuestionTable::look(const Question& question) {
    const std::lock_guard lock{mutex_};
    return {question.state, question.answer};
}

}  // namespace connprobe::engine
