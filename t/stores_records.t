# Records count the same whatever the store: required, idle, kept by activity and by renewed tokens.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use Stores;

new_key('v1');
my $key = 'key v1 file=v1.key; cookie access_token; revocation strict;';

sub nginx { my ($realm) = @_; Nginx->new(realm => "$key $realm", workers => 2, backend => login_backend(), locations => '
    location = /login { session_issue app; proxy_pass http://backend; }
    location = /logout { session_logout app; }
    location / { auth_session app; proxy_pass http://backend; }', echo => '$session_user $session_cache') }

each_store(sub {
    my ($store) = @_;
    my $nginx = nginx("$store->{realm} record require; session_limit 2;");
    is $nginx->get('/', cookie(mint({sub => '42', sid => 'none'})))->answer, '401 record', 'no record, no session';
    my @users = map { log_in($nginx, '/login', 'X-Login: 42') } 1 .. 2;
    is $nginx->get('/', $_->{cookie})->status, 200, 'a login has one' for @users;
    my $claims = payload($users[0]{access});
    is $nginx->get('/', cookie(mint({%$claims, sub => '43'})))->answer, '401 record', "it is its user's alone";
    is $nginx->get('/', cookie(mint({sub => '42', sid => $claims->{sid}})))->status, 200, 'for each of its tokens';
    $nginx->post('/logout', $users[0]{cookie});
    is $nginx->get('/', $users[0]{cookie})->answer, '401 revoked', 'after the logout';
    is $nginx->get('/', $users[1]{cookie})->status, 200, 'the other goes on';
    ok $nginx->quit, 'nginx quits';
});

each_store(sub {
    my ($store) = @_;
    my $nginx = nginx("$store->{realm} idle_timeout 2s;");
    my ($busy, $lazy) = map { log_in($nginx, '/login', 'X-Login: 42') } 1 .. 2;
    for (1 .. 5) {
        sleep 1;
        is $nginx->get('/', $busy->{cookie})->status, 200, 'a busy session goes on';
    }
    is $nginx->get('/', $lazy->{cookie})->answer, '401 idle', 'one that rests is over';
    ok $nginx->quit, 'nginx quits';
});

each_store(sub {
    my ($store) = @_;
    my $nginx = nginx("$store->{realm} access_lifetime 3s; renew 99%; record require;");
    my $user = log_in($nginx, '/login', 'X-Login: 42');
    my $cookie = $user->{cookie};
    my $renewed = 0;
    for (1 .. 5) {
        sleep 1;
        my $response = $nginx->get('/', $cookie);
        is $response->status, 200, 'valid';
        my $next = given($response);
        ($cookie, $renewed) = ($next->{cookie}, $renewed + 1) if $next->{access};
    }
    cmp_ok $renewed, '>=', 2, 'renewed again and again';
    is $nginx->get('/', $user->{cookie})->answer, '401 expired', 'longer than its first token could live';
    $nginx->post('/logout', $cookie);
    is $nginx->get('/', $cookie)->answer, '401 revoked', 'until its end';
    ok $nginx->quit, 'nginx quits';
});

done;
