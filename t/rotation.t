# A rotation by reload loses no session: accept the new key everywhere first, sign with it second, drop the old last.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key($_) for qw(v1 v2);
my %realm = map { $_->[0] => join ' ', 'cookie access_token;', map {"key $_ file=$_.key;"} @$_[1 .. $#$_] }
    [before => 'v1'], [accept => 'v1', 'v2'], [sign => 'v2', 'v1'], [after => 'v2'];

my $nginx = Nginx->new(realm => $realm{before}, echo => '$session_user $session_key', workers => 2);
my %old = (kid => mint({}, key => 'v1', kid => 'v1'), version => mint({version => 'v1'}, key => 'v1'),
    bare => mint({}, key => 'v1'));
my $new = mint({}, key => 'v2', kid => 'v2');

sub everyone_is {
    my ($expected, $stage) = @_;
    is $nginx->get('/', cookie($old{$_}))->body, $expected, "$stage: the old token, $_" for sort keys %old;
}

everyone_is('42 v1', 'before');
is $nginx->get('/', cookie($new))->answer, '401 key', 'before: a token of the next key is not known yet';

ok $nginx->reload(realm => $realm{accept}), 'accept the new key';
everyone_is('42 v1', 'accepting');
is $nginx->get('/', cookie($new))->body, '42 v2', 'accepting: the new token';

ok $nginx->reload(realm => $realm{sign}), 'make the new key the current one';
everyone_is('42 v1', 'signing');
is $nginx->get('/', cookie($new))->body, '42 v2', 'signing: the new token';

ok $nginx->reload(realm => $realm{after}), 'drop the old key';
is $nginx->get('/', cookie($old{kid}))->answer, '401 key', 'after: the old kid is unknown';
is $nginx->get('/', cookie($old{bare}))->answer, '401 signature', 'after: without a kid nothing verifies it';
is $nginx->get('/', cookie($old{kid}))->header('Set-Cookie'), undef, 'after: even now its cookie stays';
is $nginx->get('/', cookie($new))->body, '42 v2', 'after: the new token';

my $waiting = $nginx->connect;
$waiting->send("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: access_token=$new\r\n");
ok $nginx->reload(realm => $realm{before}), 'a reload while a request is on its way';
$waiting->send("Connection: close\r\n\r\n");
is $waiting->response->body, '42 v2', 'the request is judged by the configuration that took it';

done;
