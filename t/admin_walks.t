# What walks over a large embedded store, statistics, lists and clean-up, lets others pass: requests that come after it are
# answered before it is, by the same worker.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;
use StateFile;

my ($sessions, $users) = ($ENV{TEST_SESSIONS} // 30_000, 3000);
my $state = StateFile->new;
$state->put_sessions($sessions, $users);
my $nginx = Nginx->new(
    realm => $state->realm('zone 256m; idle_timeout 1h;'),
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /admin/ { session_admin app write=on; } location = /health { session_health app; }',
);
my $admin = Admin->new($nginx, '/admin');
my ($worker) = $nginx->workers;

# Requests in the order in which they were answered: the worker finds all of them at once, the walk first.
sub order {
    my ($method, $path, $answer) = @_;
    my $walker = $nginx->connect;
    $walker->send(Client::format_request('GET', '/health', 'Connection: keep-alive'));
    $walker->response;
    my $mark = length $nginx->access_log;
    kill STOP => $worker;
    $walker->send(Client::format_request($method, $path));
    my @others = map { $nginx->connect->send(Client::format_request('GET', '/health')) } 1 .. 2;
    kill CONT => $worker;
    $_->response for @others;
    $$answer = $walker->response->json;
    wait_until { 3 == (() = substr($nginx->access_log, $mark) =~ /\n/g) } 5;
    return [substr($nginx->access_log, $mark) =~ /^\S+ (\S+)/mg];
}

my $answer;
is_deeply order(GET => '/admin/stats', \$answer), ['/health', '/health', '/admin/stats'], 'statistics let others pass';
is_deeply [@$answer{qw(total active unique_users complete)}], [$sessions, $sessions, $users, JSON::PP::true()],
    'and count all there is';
is_deeply order(GET => '/admin/sessions?tenant=none', \$answer), ['/health', '/health', '/admin/sessions'], 'a list likewise';
is_deeply $answer->{sessions}, [], 'which has nobody of that tenant';
is_deeply order(POST => '/admin/cleanup', \$answer), ['/health', '/health', '/admin/cleanup'], 'a clean-up likewise';
is_deeply $answer, {removed => 0, complete => JSON::PP::true(), cursor => undef}, 'which finds nothing';

done;
