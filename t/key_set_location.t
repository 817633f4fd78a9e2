# Keys that nginx fetches itself: the first request waits for them, others do not ask again; a rotation is noticed by the
# kid that nobody knows, and a key that has left the set verifies nothing any more.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use KeyServer;

new_key('own');
new_key('rsa', 'rsa');
new_key($_, 'p256') for qw(new foreign);
my $keys = KeyServer->new->serve(jwk_set(['rsa', 'one']));
my $nginx = Nginx->new(
    realm => 'key own file=own.key; key_set location=/jwks refresh=1h; cookie access_token;',
    echo => '$session_user $session_key',
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /early { set $early $session_user; auth_session app; add_header X-Early "[$early]"; proxy_pass http://backend; }
        location = /status { session_status; } ' . $keys->location,
);
sub answer_for { my $r = $nginx->get('/', cookie(mint(@_))); $r->status == 200 ? $r->body : $r->answer }

is scalar($keys->requests), 0, 'nothing is fetched before it is needed';
is answer_for({}, key => 'own', kid => 'own'), '42 own', "the configuration's key";
is $nginx->get('/')->answer, '401 missing', 'no token';
is scalar($keys->requests), 0, 'need no set';

# The first one that needs it, with all that must not get to the location.
my $token = mint({}, key => 'rsa', kid => 'one');
my $first = $nginx->request('POST', '/', cookie($token), 'X-Secret: 1', "Origin: http://127.0.0.1:@{[ $nginx->port ]}",
    "Host: 127.0.0.1:@{[ $nginx->port ]}", {body => 'a=b'});
is $first->status . ' ' . $first->body, '200 42 one', 'a POST waits for the set';
my ($asked, @more) = $keys->requests;
is scalar(@more), 0, 'which is fetched once';
like $asked, qr{\AGET /keys HTTP}, 'by GET';
unlike $asked, qr/Cookie|X-Secret|Origin|Content-|\Q$token\E/i, "with nothing of the client's";
is answer_for({}, key => 'rsa', kid => 'one'), '42 one', 'another one' for 1 .. 3;
is answer_for({}, key => 'rsa'), '42 one', 'without a kid';
is answer_for({}, key => 'foreign', kid => 'one'), '401 algorithm', "a foreign key's";
is scalar($keys->requests), 1, 'nobody asks again';
like $nginx->log, qr/\[notice\].*realm "app" has other keys from "\/jwks": 1/, 'the log tells of them';
my ($shown) = grep { $_->{key} eq 'one' } @{$nginx->get('/status')->json->{realms}{app}{keys}};
is $shown->{role}, 'set', 'the status lists them';

# Rotation. It is not even ten seconds since the last fetch.
is $nginx->get('/', cookie($token))->answer, '200 valid', 'known by now';
$keys->serve(jwk_set(['new', 'two']));
is answer_for({}, key => 'new', kid => 'two'), '401 key', 'a kid that is not in the set, too early';
is scalar($keys->requests), 1, 'is not asked for yet';
eventually { answer_for({}, key => 'new', kid => 'two') eq '42 two' } 15, 'within ten seconds it is';
is scalar($keys->requests), 2, 'once';
is $nginx->get('/', cookie($token))->answer, '401 key', 'a token that was known to be good: its key has left the set';
is answer_for({}, key => 'own', kid => 'own'), '42 own', "the configuration's key stays";

# A flood of unknown kids.
my @said = map { answer_for({}, key => 'foreign', kid => "unknown-$_") } 1 .. 50;
is_deeply \@said, [('401 key') x 50], 'unknown kids';
is scalar($keys->requests), 2, 'ask nothing';
is $nginx->get('/', cookie(mint({}, key => 'foreign', kid => 'x')))->header('Set-Cookie'), undef, 'and keep their cookies';

# A reload keeps the set.
$keys->stop;
ok $nginx->reload, 'reload, the server of keys being away';
is answer_for({}, key => 'new', kid => 'two'), '42 two', 'the set is kept';
ok $nginx->reload(realm => 'key_set location=/jwks?other refresh=1h; cookie access_token;'), 'another location';
like answer_for({}, key => 'new', kid => 'two'), qr/^401 key/, 'its keys are not those of this one';

done;
