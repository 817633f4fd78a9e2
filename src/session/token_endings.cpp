#include "token_endings.hpp"

#include "evidence.hpp"
#include "refresh_token.hpp"

namespace session {

std::optional<Ending> ending_of_token(const Policy& policy, std::string_view text,
                                      std::int64_t now) {
    const TokenSource source;  // of no cookie, which would have to come from the right origin
    const Evidence evidence(policy, {Presented{&source, text}}, true, true, now);
    const Candidate& candidate = evidence.candidates().front();
    if (candidate.session) {
        return ending_of(*candidate.session);
    }
    const auto refresh = read_refresh_token(text, policy.keyring, now);
    if (refresh.token) {
        return Ending{refresh.token->user, refresh.token->session, {}, 0};
    }
    return std::nullopt;
}

}  // namespace session
