# What walks over a large embedded store, statistics, lists and clean-up, lets others pass: requests that come after it are
# answered before it is, by the same worker.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use StateFile;

my $sessions = 20_000;
my $state = StateFile->new;
$state->put_sessions($sessions, 3000);
my $nginx = Nginx->new(
    realm => $state->realm('zone 256m; idle_timeout 1h;'),
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /admin/ { session_admin app write=on; } location = /health { session_health app; }',
);
my ($worker) = $nginx->workers;
my $answered = 0;
sub answers { my @lines = $nginx->access_log =~ /^\S+ (\S+)/mg; return @lines }

# Requests in the order in which they were answered: the worker finds all of them at once, the walk first.
sub order {
    my ($method, $path, $answer) = @_;
    my $walker = $nginx->connect;
    $walker->send(Client::format_request('GET', '/health', 'Connection: keep-alive'));
    $walker->response;
    wait_until { answers() == $answered + 1 } 10;
    kill STOP => $worker;
    $walker->send(Client::format_request($method, $path));
    my @others = map { $nginx->connect->send(Client::format_request('GET', '/health')) } 1 .. 2;
    kill CONT => $worker;
    $_->response for @others;
    $$answer = $walker->response->json;
    wait_until { answers() == $answered + 4 } 10;
    my @order = (answers())[$answered + 1 .. $answered + 3];
    $answered += 4;
    return \@order;
}

my $answer;
is_deeply order(GET => '/admin/stats', \$answer), ['/health', '/health', '/admin/stats'], 'statistics let others pass';
is $answer->{total}, $sessions, 'and count all there is' if $answer->{complete};
is_deeply order(GET => '/admin/sessions?tenant=none', \$answer), ['/health', '/health', '/admin/sessions'], 'a list likewise';
is_deeply $answer->{sessions}, [], 'which has nobody of that tenant';
is_deeply order(POST => '/admin/cleanup', \$answer), ['/health', '/health', '/admin/cleanup'], 'a clean-up likewise';
is $answer->{removed}, 0, 'which finds nothing';

done;
