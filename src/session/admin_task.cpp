#include "admin_task.hpp"

#include <utility>

namespace session {

std::unique_ptr<AdminTask> make_admin_task(const Policy& policy, AdminRequest request,
                                           Beginning beginning, Opening::Nonces nonces) {
    switch (request.call) {
        case AdminCall::list:
            return request.user.empty() ? list_store(policy, std::move(request))
                                        : list_user(policy, std::move(request));
        case AdminCall::show:
            return show_session(policy, std::move(request));
        case AdminCall::create:
            return create_session(policy, request, std::move(beginning), std::move(nonces));
        case AdminCall::end:
            return end_one(policy, std::move(request));
        case AdminCall::end_all:
            return end_user(policy, std::move(request));
        case AdminCall::mark:
            return set_mark(policy, std::move(request));
        case AdminCall::unmark:
            return delete_mark(policy, std::move(request));
        case AdminCall::revoke:
            return revoke_token(policy, std::move(request));
        case AdminCall::epoch:
            return set_epoch(policy, std::move(request));
        case AdminCall::stats:
            return count_sessions(policy);
        case AdminCall::cleanup:
            break;
    }
    return clean_up(policy, std::move(request));
}

}  // namespace session
