# What ends sessions is the same whatever the store: an upstream that ends one, the current or all of them, marks on
# users, a login in the same browser, the limit of a user's sessions.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;
use Stores;

new_key('v1');
my $key = 'key v1 file=v1.key; cookie access_token; revocation strict;';

sub nginx { my ($realm) = @_; Nginx->new(realm => "$key $realm", workers => 2, backend => login_backend(), locations => '
    location = /login { session_issue app; proxy_pass http://backend; }
    location / { auth_session app; proxy_pass http://backend; }') }

sub sid { (opened($_[0]))[1]{sid} }

each_store(sub {
    my ($store) = @_;
    my $nginx = nginx($store->{realm});
    my $user = sub { given(login($nginx, {user => $_[0] // 42})) };
    my $says = sub { my ($wanted, @headers) = @_; login($nginx, {user => '', %$wanted}, @headers) };
    my $answers = sub { join ' ', map { $nginx->get('/', cookie($_))->reason } @_ };

    my ($mine, $phone, $third) = map { $user->() } 1 .. 3;
    my $other = $user->(43);
    is $answers->($mine, $phone, $third, $other), 'valid valid valid valid', 'four sessions';
    is_deeply [keys %{set_cookies($says->({end => 'current'}, cookie($mine)))}], ['access_token'], 'current';
    is $answers->($mine, $phone, $third, $other), 'revoked valid valid valid', 'ends that session';
    $says->({end => sid($third)}, cookie($phone));
    is $answers->($phone, $third, $other), 'valid revoked valid', 'one by its id';
    $says->({end => sid($phone)}, cookie($other));
    is $answers->($phone), 'valid', 'not one of another user';
    $says->({end => 'all'}, cookie($phone));
    is $answers->($phone, $other), 'revoked valid', 'all of a user';
    my $again = $user->();
    is $answers->($again), 'valid', 'who may log in again, in the same second';
    my $foreign = mint({sub => '42', iat => time - 5});
    is $answers->($foreign), 'stale', 'all tokens of before are out';
    $says->({stale => '42'}, cookie($other));
    is $answers->($again, $other), 'stale valid', 'a marked user';
    sleep 2;
    is $answers->($again = $user->()), 'valid', 'logs in again';

    my $browser = $user->();
    my $next = given(login($nginx, {}, cookie($browser)));
    is $answers->($browser, $next, $again), 'revoked valid valid', 'a login ends the session before it in that browser';
    ok $nginx->quit, 'nginx quits';
});

each_store(sub {
    my ($store) = @_;
    for my $beyond (qw(oldest reject)) {
        $store->{redis}->cli('FLUSHALL') if $store->{redis};
        my $nginx = nginx("$store->{realm} session_limit 3 $beyond;");
        my $answers = sub { join ' ', map { $nginx->get('/', cookie($_))->reason } @_ };
        my @tokens = map { given(login($nginx, {})) } 1 .. 3;
        my $fourth = login($nginx, {});
        if ($beyond eq 'reject') {
            is $fourth->status, 403, 'one too many is refused';
            is $answers->(@tokens), 'valid valid valid', 'those before stay';
            login($nginx, {user => '', end => 'current'}, cookie($tokens[1]));
            is login($nginx, {})->status, 200, 'one less makes room';
        } else {
            is $answers->(@tokens, given($fourth)), 'revoked valid valid valid', 'the oldest ends';
        }
        is login($nginx, {user => 43})->status, 200, "$beyond: another user has a count of his own";
        my @clients = map { $nginx->connect } 1 .. 10;
        $_->send(Client::format_request('GET', '/login', grants({user => 44}))) for @clients;
        my @statuses = sort map { $_->response->status } @clients;
        is "@statuses", $beyond eq 'reject' ? '200 200 200 ' . join ' ', (403) x 7 : join(' ', (200) x 10),
            "$beyond: ten at once";
        ok $nginx->quit, 'nginx quits';
    }
});

done;
