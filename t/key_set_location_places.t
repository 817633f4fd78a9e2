# Where a key set may come from and who may ask for it: a file, an error page, behind filters of bodies; HTTP/2, "verify",
# "satisfy any", Redis asked behind the wait, a single process. Nothing of the location's response reaches a client.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use KeyServer;

new_key('rsa', 'rsa');
my $set = jwk_set(['rsa', 'one']);
write_file('set.json', $set);
chmod 0644, folder() . '/set.json';
my $keys = KeyServer->new->serve($set);
my $redis = RedisServer->new;
my %realm = (
    file => 'key_set location=/file/set.json?x=y; token bearer;',
    page => 'key_set location=/page.json; token bearer;',
    filtered => 'key_set location=/filtered.json; token bearer;',
    nowhere => 'key_set location=/nowhere; token bearer;',
    strict => "key_set location=/jwks; token bearer; revocation strict; @{[ $redis->directives ]}",
    cached => "key_set location=/jwks; token bearer; @{[ $redis->directives ]}",
    verify => 'key_set location=/jwks; token bearer;',
    any => 'key_set location=/jwks; token bearer;',
    h2 => 'key_set location=/jwks; token bearer;',
    health => 'key_set location=/jwks; token bearer;',
    idp => 'key_set location=/jwks; token bearer; issuer iss; audience me;',
    early => 'key_set location=/jwks; token bearer;',
);
my $where = join "\n", (map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realm),
    'location /verify/ { auth_session verify; auth_session_mode verify; proxy_pass http://backend; }',
    'location /any/ { satisfy any; deny all; auth_session any; proxy_pass http://backend; }',
    'location /early/ { set $early "$session_status"; auth_session early; add_header X-Early $early; proxy_pass http://backend; }';
my $locations = "$where
    location /file/ { alias @{[ folder() ]}/; sendfile on; gzip on; gzip_types *; }
    location = /page.json { return 404; error_page 404 = /file/set.json; }
    location = /filtered.json { ssi on; ssi_types *; sub_filter keys clefs; sub_filter_types *; add_after_body /page.json;
        proxy_pass http://127.0.0.1:@{[ $keys->port ]}/keys; }
    location = /token-health { session_health health; }
    location = /logout { session_backchannel_logout idp; }
    @{[ $keys->location ]}";
my $nginx = Nginx->new(realms => \%realm, tls => 1, http2 => 0, locations => $locations);
my $token = mint({jti => 'j'}, key => 'rsa', kid => 'one');
sub answer { $nginx->get($_[0], bearer($token))->answer }

is answer('/file'), '200 valid', 'a file, with arguments';
is answer('/filtered'), '200 valid', 'filters of bodies see nothing of it';
is answer('/page'), '401 key', 'an answer by an error page is an error';
is answer('/nowhere'), '401 key', 'a location that is another one';
like $nginx->log, qr/cannot fetch its keys from "\/page.json": status 404/, 'the log says so';
is answer('/verify/'), '200 valid', 'verify waits too';
is answer('/any/'), '200 valid', 'satisfy any';
is answer('/strict'), '200 valid', 'strict: Redis is asked behind the wait';
is answer('/cached'), '200 valid', 'cached likewise';
$redis->cli('SET', 'session:revoked:{42}:j', 1);
is answer('/strict'), '401 revoked', 'and is believed';
my $early = $nginx->get('/early/', bearer($token));
is $early->header('X-Early'), 'key', 'a variable that is read before the access phase does not wait';
is $early->body, '42', 'the access phase does';
my $h2 = Client::http2($nginx->tls_port, 'POST', '/h2', bearer($token), {tls => 1, body => 'x' x 5000});
is $h2->answer, '200 valid', 'HTTP/2';
is $h2->body, '42', 'nothing but its own response';

is_deeply $nginx->get('/token-health', bearer($token))->json->{compatible}, JSON::PP::true(), 'session_health waits';
my $logout = mint({iss => 'iss', aud => 'me', jti => 'l1', sid => 's', events => {'http://schemas.openid.net/event/backchannel-logout' => {}}},
    key => 'rsa', kid => 'one', header => {typ => 'logout+jwt'});
my $form = 'Content-Type: application/x-www-form-urlencoded';
is $nginx->request('POST', '/logout', $form, {body => "logout_token=$logout"})->status, 200, 'a back-channel logout waits';
is $nginx->request('POST', '/logout', $form, {body => "logout_token=$logout"})->status, 400, 'and is done, once';

# A single process. The kit knows a start by its workers: here the only process is one.
my $single = Nginx->prepare(realm => 'key_set location=/jwks; token bearer;', main => 'master_process off;',
    locations => 'location / { auth_session app; proxy_pass http://backend; } ' . $keys->location);
{
    no warnings 'redefine';
    local *Nginx::workers = sub { $_[0]{pid} };
    $single->start;
}
is $single->get('/', bearer($token))->answer, '200 valid', 'a single process';

done;
